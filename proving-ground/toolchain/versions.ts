/** The versions everything is pinned to; the npm pins in package.json are the source. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { type StandIn, standIns } from "../../plugin-stand-ins/versions";

interface Manifest {
    version: string;
    dependencies?: Record<string, string>;
    pulumi?: { server?: string };
}

function manifest(folder: string): Manifest {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function installed(name: string): Manifest {
    return manifest(join(projectFolder, "node_modules", name));
}

/** A resource plugin the stack program needs, at the version of its npm package. */
export interface PluginPin {
    name: StandIn["name"] | "proxmoxve";
    version: string;
    /** Download server, for plugins that are not on Pulumi's own. */
    server?: string;
}

/** The engine has the version of the SDK, so that the two speak the same protocol. */
export const pulumiVersion = (): string => installed("@pulumi/pulumi").version;

export function pluginPins(): PluginPin[] {
    const proxmox = installed("@muhlba91/pulumi-proxmoxve");
    const official = Object.values(standIns).map(({ name }) => ({
        name,
        version: installed(`@pulumi/${name}`).version,
    }));
    return [
        ...official,
        {
            name: "proxmoxve",
            version: proxmox.version,
            ...(proxmox.pulumi?.server === undefined ? {} : { server: proxmox.pulumi.server }),
        },
    ];
}
