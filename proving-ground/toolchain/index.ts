/** The Pulumi toolchain of the lab: found, downloaded or built, and kept apart from the user's own. */
import { delimiter, join } from "node:path";
import { cacheFolder } from "../../tools/cache";
import { findCli } from "./cli";
import { ensurePlugins } from "./plugins";
import { pluginPins, pulumiVersion } from "./versions";

export interface Toolchain {
    origin: string;
    /** What a process needs in its environment to use it. */
    environment: {
        PATH: string;
        PULUMI_HOME: string;
        PULUMI_SKIP_UPDATE_CHECK: string;
        PULUMI_NODEJS_TRANSPILE_ONLY: string;
    };
}

let ready: Promise<Toolchain> | undefined;

/** Looked for once in each process. */
export function ensureToolchain(): Promise<Toolchain> {
    return (ready ??= makeReady());
}

async function makeReady(): Promise<Toolchain> {
    const version = pulumiVersion();
    const pulumiHome = join(cacheFolder, "pulumi");
    const goCache = join(cacheFolder, "toolchain");
    const cli = await findCli(version, pulumiHome, goCache);
    const environment = {
        PATH: [...cli.path, process.env["PATH"] ?? ""].join(delimiter),
        PULUMI_HOME: pulumiHome,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Types are checked by `npm run check`; a deployment need not wait for it again.
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    };
    await ensurePlugins(pluginPins(), { pulumi: cli, pulumiHome, goCache, pulumiVersion: version }, environment);
    return { origin: cli.origin, environment };
}
