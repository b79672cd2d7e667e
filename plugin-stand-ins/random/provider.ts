import { type Provider } from "../shared/server";
import { standIns } from "../versions";
import { randomId } from "./randomId";
import { randomPassword, randomString } from "./randomText";
import { randomSchema } from "./schema";

/** The `random` plugin, as far as this project uses it. */
export const randomProvider: Provider = {
    standIn: standIns.random,
    resources: {
        "random:index/randomId:RandomId": randomId,
        "random:index/randomPassword:RandomPassword": randomPassword,
        "random:index/randomString:RandomString": randomString,
    },
    schema: randomSchema,
};
