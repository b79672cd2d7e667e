/** What programs of the languages of examples/languages are run with. */
import { type Recipe, type RecipeSet } from "./recipe";

const withoutGo = "Pulumi's hosts for other languages are not beside its CLI and cannot be built here";
const instead = "install Pulumi (https://www.pulumi.com/docs/install/) or";
const OF_SDK = "github.com/pulumi/pulumi/sdk/v3";

export type Language = "yaml" | "python" | "go" | "java";

const host = (recipe: Recipe): RecipeSet => ({ withoutGo, instead, recipes: [recipe] });

/** They run programs. */
export const languageHosts: Record<Language, RecipeSet> = {
    yaml: host({
        title: "build Pulumi's YAML language host from Go modules",
        module: "language-yaml",
        binaries: [{ name: "pulumi-language-yaml", package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml" }],
    }),
    python: host({
        // As that for Node.js: of the last SDK module that contains it.
        title: "build Pulumi's Python language host from Go modules",
        module: "language-python",
        binaries: [
            {
                name: "pulumi-language-python",
                package: `${OF_SDK}/python/cmd/pulumi-language-python`,
                beside: ["../pulumi-language-python-exec"],
            },
        ],
    }),
    go: host({
        title: "build Pulumi's Go language host from Go modules",
        module: "language-go",
        binaries: [{ name: "pulumi-language-go", package: `${OF_SDK}/go/pulumi-language-go` }],
    }),
    java: host({
        title: "build Pulumi's Java language host from Go modules",
        module: "language-java",
        binaries: [
            { name: "pulumi-language-java", package: "github.com/pulumi/pulumi-java/pkg/cmd/pulumi-language-java" },
        ],
    }),
};

const forPythonAndGo: RecipeSet = {
    withoutGo,
    instead,
    recipes: [
        {
            title: "build Pulumi's package generators for Python and Go from Go modules",
            module: "package-generators",
            binaries: ["pulumi-language-python", "pulumi-language-go"].map((name) => ({ name, package: "." })),
        },
    ],
};

/** They make packages. Those for Python and Go are called like the hosts, which in these versions cannot. */
export const packageGenerators: Record<Exclude<Language, "yaml">, RecipeSet> = {
    python: forPythonAndGo,
    go: forPythonAndGo,
    java: languageHosts.java,
};
