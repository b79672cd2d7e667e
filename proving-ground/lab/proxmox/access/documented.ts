/**
 * Users of the lab's Proxmox, made with the very commands that docs/security.md prints: what is missing there,
 * a user's `pulumi up` would lack as well, and the lab's tests lack it first.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../../../tools/cache";
import { type Version } from "./privileges";

/** The user and token that the document makes. */
export const DOCUMENTED_TOKEN = "pulumi@pve!ha-api";
/** The same with what the document adds for cloud images. */
export const IMAGE_TOKEN = "images@pve!ha-api";
/** The same with what it adds for settings that need more. */
export const SETTINGS_TOKEN = "settings@pve!ha-api";

/**
 * Its commands for a template, those that come on top with a cloud image and with settings that need more, and those
 * that give the role on single paths instead of on all.
 */
export function documentedCommands(): { template: string[]; image: string[]; settings: string[]; narrow: string[] } {
    const document = readFileSync(join(projectFolder, "docs", "security.md"), "utf8");
    const blocks = [...document.matchAll(/^```sh node\n([\s\S]*?)^```$/gm)]
        .map(([, text = ""]) => text.split("\n").filter((line) => line.startsWith("pveum ")))
        .filter((lines) => lines.length > 0);
    const [template, image, settings, narrow] = blocks;
    if (!template || !image || !settings || !narrow || blocks.length > 4) {
        throw new Error(
            "docs/security.md is expected to have four blocks of pveum commands: for templates, in addition for " +
                "images and for settings that need more, and for single paths.",
        );
    }
    return { template, image, settings, narrow };
}

/**
 * What docs/proxmox.md has its readers type: for snippets, and where a fresh `local` may hold no images to import, on
 * 8.4.
 */
export function storageCommands(version: Version): string[] {
    const document = readFileSync(join(projectFolder, "docs", "proxmox.md"), "utf8");
    const commands = document.split("\n").filter((line) => line.startsWith("pvesm set "));
    if (commands.length !== 2) throw new Error("docs/proxmox.md is expected to have two `pvesm set` commands.");
    return commands.filter((command) => version === "8.4" || command.includes("snippets"));
}

/** The users that the lab makes on its nodes. */
export function labCommands(): string[] {
    const { template, image, settings } = documentedCommands();
    const isRole = (command: string): boolean => command.startsWith("pveum role ");
    const userOf = (name: string, commands: string[]): string[] =>
        [...template, ...commands]
            .filter((command) => !isRole(command))
            .map((command) => command.replace("pulumi@pve", name));
    return [
        ...template,
        ...[...image, ...settings].filter(isRole),
        ...userOf("images@pve", image),
        ...userOf("settings@pve", settings),
    ];
}
