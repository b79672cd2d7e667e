/**
 * Users of the lab's Proxmox, made with the very commands that docs/security.md prints: what is missing there,
 * a user's `pulumi up` would lack as well, and the lab's tests lack it first.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../../../tools/cache";

/** The user and token that the document makes. */
export const DOCUMENTED_TOKEN = "pulumi@pve!ha-api";
/** The same with what the document adds for cloud images. */
export const IMAGE_TOKEN = "images@pve!ha-api";

/** Its commands for a template, and those that come on top with a cloud image. */
export function documentedCommands(): { template: string[]; image: string[] } {
    const document = readFileSync(join(projectFolder, "docs", "security.md"), "utf8");
    const blocks = [...document.matchAll(/^```sh node\n([\s\S]*?)^```$/gm)]
        .map(([, text = ""]) => text.split("\n").filter((line) => line.startsWith("pveum ")))
        .filter((lines) => lines.length > 0);
    const [template, image] = blocks;
    if (template === undefined || image === undefined || blocks.length > 2) {
        throw new Error(
            "docs/security.md is expected to have two blocks of pveum commands: for templates, and in " +
                "addition for images.",
        );
    }
    return { template, image };
}

/** Everything the lab types on its nodes. */
export function labCommands(): string[] {
    const { template, image } = documentedCommands();
    const forImages = [...template.filter((command) => !command.startsWith("pveum role ")), ...image].map((command) =>
        command.replace("pulumi@pve", "images@pve"),
    );
    const [roles, others] = [true, false].map((wanted) =>
        forImages.filter((command) => command.startsWith("pveum role ") === wanted),
    );
    return [...template, ...roles!, ...others!];
}
