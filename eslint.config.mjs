import { readFileSync } from "node:fs";
import js from "@eslint/js";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const LAYERS = JSON.parse(readFileSync(`${import.meta.dirname}/tools/layers.json`, "utf8"));

/** What each folder may import, from tools/layers.json: everything else of this project is refused. */
const zones = LAYERS.map(({ folder, may }) => ({
    // The files of "components" itself, and not those of the folders in it, which have rules of their own.
    target: LAYERS.some((other) => other.folder.startsWith(`${folder}/`)) ? `./${folder}/*.ts` : `./${folder}`,
    from: ".",
    except: ["node_modules", folder, ...may].map((allowed) => `./${allowed}`),
    message: `${folder}/ may import only: ${[folder, ...may].join(", ")} (tools/layers.json).`,
}));

export default tseslint.config(
    {
        ignores: [
            "dist/",
            "examples/",
            "**/node_modules/",
            "proving-ground/toolchain/go/",
            ".lab/",
            "site/dist/",
            "site/.vitepress/cache/",
        ],
    },
    js.configs.recommended,
    ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
    {
        files: ["**/*.ts"],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        plugins: { "import-x": importX },
        settings: {
            "import-x/resolver-next": [importX.createNodeResolver({ extensions: [".ts", ".js", ".cjs", ".mjs"] })],
            "import-x/parsers": { "@typescript-eslint/parser": [".ts"] },
            "import-x/extensions": [".ts"],
        },
        rules: {
            "import-x/no-restricted-paths": ["error", { zones }],
            "import-x/no-cycle": "error",
            "max-lines": ["error", { max: 300 }],
            // A regular expression and an address cannot be broken, and what another program reads, in a template, is
            // laid out as it needs it; Prettier breaks the rest.
            "max-len": [
                "error",
                { code: 120, ignoreRegExpLiterals: true, ignoreUrls: true, ignoreTemplateLiterals: true },
            ],
            "no-nested-ternary": "error",
            // An Output inside a template string prints "Calling [toString] on an [Output<T>]": refuse it at lint time.
            // Values print themselves.
            "@typescript-eslint/restrict-template-expressions": [
                "error",
                {
                    allowNumber: true,
                    allowBoolean: true,
                    allow: [{ from: "file", name: ["Address", "Network", "Endpoint"] }],
                },
            ],
            "@typescript-eslint/no-floating-promises": "error",
            "@typescript-eslint/no-misused-promises": "error",
            "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
        },
    },
    {
        files: ["test/**/*.ts"],
        rules: {
            // A test's title is one sentence in one string.
            "max-len": [
                "error",
                {
                    code: 120,
                    ignoreRegExpLiterals: true,
                    ignoreUrls: true,
                    ignoreStrings: true,
                    ignoreTemplateLiterals: true,
                },
            ],
            // Cases of one subject are read together; the longest are lists of them.
            "max-lines": "off",
            "@typescript-eslint/no-unused-expressions": "off",
            // Without a message Node reads the source to make one up, and through tsx's source maps it may search for
            // ever.
            "no-restricted-syntax": [
                "error",
                {
                    selector:
                        "CallExpression[callee.object.name='assert'][callee.property.name='ok'][arguments.length=1]",
                    message: "Give assert.ok a message.",
                },
            ],
        },
    },
    {
        files: ["**/*.cjs", "**/*.mjs"],
        languageOptions: {
            sourceType: "module",
            globals: {
                process: "readonly",
                console: "readonly",
                require: "readonly",
                module: "writable",
                __dirname: "readonly",
            },
        },
        rules: { "@typescript-eslint/no-require-imports": "off" },
    },
);
