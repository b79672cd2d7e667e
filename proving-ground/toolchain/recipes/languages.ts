/** Hosts of the languages that the examples of examples/languages are written in. */
import { type RecipeSet } from "./recipe";

export const languageHosts: RecipeSet = {
    withoutGo: "Pulumi's hosts for other languages are not beside its CLI and cannot be built here",
    instead: "install Pulumi (https://www.pulumi.com/docs/install/) or",
    recipes: [
        {
            title: "build Pulumi's YAML language host from Go modules",
            module: "language-yaml",
            binaries: [
                { name: "pulumi-language-yaml", package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml" },
            ],
        },
    ],
};
