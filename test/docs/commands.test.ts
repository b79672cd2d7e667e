/** docs/commands.md holds the help of every command. UPDATE_GOLDEN=1 writes it again, for `git diff` to show. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, projectFolder } from "../../tools/cache";
import { helpOf, scripts } from "./help";

const page = join(projectFolder, "docs", "commands.md");

/** What npm runs by itself, and parts of the tests, which `npm test` explains. */
const LEFT_OUT = ["build", "prepare", "test:unit", "test:lab", "test:cluster", "test:release", "test:faults"];

const GROUPS: [string, string[][]][] = [
    ["For a stack that is up", [["status"], ["drift"], ["drill"], ["kubeconfig"]]],
    ["For pull requests", [["preview:comment"], ["preview:compare"], ["validate"]]],
    ["The lab", [["lab"], ["lab:status"], ["lab:ssh"], ["lab:env"], ["lab:cluster"], ["lab:down"]]],
    [
        "This project's own tests and measurements",
        [
            ["check"],
            ["format"],
            ["generate"],
            ["schema:compare"],
            ["release:check"],
            ["docs:site"],
            ["test"],
            ["bench"],
            ["bench", "failover"],
            ["bench", "false-failover"],
            ["bench", "report"],
            ["bench", "down"],
        ],
    ],
];

const HEAD = `# Commands

Every command, as \`--help\` of it says. All end with 0 when it was done and all is healthy, with 1 when something was found, and with 2 when it could not run.
\`npm run -s\` keeps npm's own lines out of what a program reads. \`pulumi\` itself: [its documentation](https://www.pulumi.com/docs/iac/cli/).
`;

async function sections(): Promise<string[]> {
    await Promise.all(GROUPS.flatMap(([, commands]) => commands.map(helpOf)));
    const all: string[] = [];
    for (const [title, commands] of GROUPS) {
        const parts: string[] = [];
        for (const command of commands) {
            const name = command[0] === "test" ? "npm test" : `npm run ${command.join(" -- ")}`;
            // The same on every machine.
            const text = (await helpOf(command)).replaceAll(cacheFolder, "~/.cache/ha-api-load-balancer").trimEnd();
            parts.push(`### ${name}\n\n\`\`\`text output\n${text}\n\`\`\`\n`);
        }
        all.push(`## ${title}\n\n${parts.join("\n")}`);
    }
    return all;
}

describe("the page of all commands", function () {
    this.timeout(180_000);

    it("has every script of package.json", () => {
        const named = GROUPS.flatMap(([, commands]) => commands.map(([script]) => script));
        assert.deepEqual(
            Object.keys(scripts).filter((script) => !named.includes(script) && !LEFT_OUT.includes(script)),
            [],
        );
    });

    it("says what they say", async () => {
        const expected = [HEAD, ...(await sections())].join("\n");
        if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, expected);
        assert.equal(
            readFileSync(page, "utf8"),
            expected,
            "docs/commands.md differs; write it again with UPDATE_GOLDEN=1",
        );
    });
});
