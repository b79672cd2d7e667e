import { type Provider } from "../shared/server";
import { standIns } from "../versions";
import { localCommand } from "./localCommand";
import { remoteCommand } from "./remoteCommand";
import { commandSchema } from "./schema";

/** The `command` plugin, as far as this project uses it. */
export const commandProvider: Provider = {
    standIn: standIns.command,
    resources: { "command:local:Command": localCommand, "command:remote:Command": remoteCommand },
    schema: commandSchema,
};
