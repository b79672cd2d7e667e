/** The package as programs of other languages see it: what Pulumi reads from the TypeScript declarations. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema, type PackageSpec } from "@pulumi/pulumi/provider/experimental/schema";
import { projectFolder } from "../cache";

interface Manifest {
    name: string;
    version: string;
    description: string;
    dependencies: Record<string, string>;
}

let known: PackageSpec | undefined;

/** Read once in each process: it takes a compilation. */
export function packageSchema(): PackageSpec {
    return (known ??= read());
}

/**
 * The text of schema.json. Packages made of it are whole ones, as `pulumi package add` makes them: with a go.mod, and
 * with the version.
 */
export const packageSchemaText = (): string =>
    `${JSON.stringify({ ...packageSchema(), meta: { supportPack: true } }, undefined, 2)}\n`;

function read(): PackageSpec {
    const manifest = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as Manifest;
    const { name, version, description } = manifest;
    const { components, typeDefinitions, dependencies } = new Analyzer(
        projectFolder,
        name,
        manifest,
        new Set(["HaApiLoadBalancer"]),
    ).analyze();
    return generateSchema(name, version, description, components, typeDefinitions, dependencies);
}
