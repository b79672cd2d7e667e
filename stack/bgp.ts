/** BGP settings: passwords of sessions from files. */
import * as pulumi from "@pulumi/pulumi";
import type { BgpArgs } from "../components";
import { readFileOf } from "./files";
import type { StackConfig } from "./schema";

export function readBgp(given: StackConfig["bgp"]): BgpArgs | undefined {
    if (given === undefined) return undefined;
    return {
        ...given,
        // Left out, they are for the component to miss.
        peers: ((given.peers as typeof given.peers | undefined) ?? []).map(({ passwordFile, ...peer }, index) => ({
            ...peer,
            ...(passwordFile === undefined
                ? {}
                : { password: pulumi.secret(readFileOf(`bgp.peers[${index}].passwordFile`, passwordFile).trim()) }),
        })),
    };
}
