/** The Pulumi CLI, its Node.js language host and the Proxmox plugin. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../../tools/run";
import { type GoBuild, type RecipeSet } from "./recipe";

export function engine(version: string): RecipeSet {
    return {
        withoutGo: "Pulumi is not on PATH, could not be downloaded, and cannot be built here",
        instead: "install Pulumi (https://www.pulumi.com/docs/install/) or",
        recipes: [
            {
                // They share a module, and with it most of what is downloaded and compiled.
                title: `build Pulumi ${version} and its Proxmox plugin from Go modules`,
                module: "pulumi",
                binaries: [
                    {
                        name: "pulumi",
                        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
                        variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${version}` },
                    },
                    {
                        name: "pulumi-resource-proxmoxve",
                        package: "./cmd/pulumi-resource-proxmoxve",
                        before: generateSchema,
                    },
                ],
            },
            {
                // The language host's own module has no release; the last SDK module that contains it does, and still
                // speaks to today's engine.
                title: "build Pulumi's Node.js language host from Go modules",
                module: "language-nodejs",
                binaries: [
                    {
                        name: "pulumi-language-nodejs",
                        package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
                    },
                ],
            },
        ],
    };
}

/** The plugin embeds its own schema, which the bridge generates from the Terraform provider. */
async function generateSchema(folder: string, goBuild: GoBuild): Promise<void> {
    await goBuild(folder, join(folder, "generate"), "./cmd/tfgen");
    await run(join(folder, "generate"), ["schema", "--out", join(folder, "generated")], { cwd: folder });
    await cp(join(folder, "generated", "schema.json"), join(folder, "cmd", "pulumi-resource-proxmoxve", "schema.json"));
    await cp(join(folder, "generated", "bridge-metadata.json"), join(folder, "info", "bridge-metadata.json"));
}
