import assert from "node:assert/strict";
import { FAULTS } from "../../../shared/faults/catalogue";
import { readOptions } from "../../../cli/drill/options";

describe("the command line of npm run drill", () => {
    it("mean the graceful faults, once, six seconds each, when there are none", () => {
        const { faults, ...rest } = readOptions([]);
        assert.deepEqual(
            faults.map(({ name }) => name),
            ["switchover", "keepalived-stopped", "host-rebooted"],
        );
        assert.deepEqual(rest, { chosen: "graceful", runs: 1, holdMs: 6000, yes: false, dryRun: false });
    });

    it("name faults, which are done in the order of the list, each once", () => {
        const { faults, chosen } = readOptions(["--fault", "vrrp-lost", "--fault=switchover", "--fault", "vrrp-lost"]);
        assert.deepEqual([chosen, ...faults.map(({ name }) => name)], ["named", "switchover", "vrrp-lost"]);
    });

    it("can ask for everything", () => {
        const options = readOptions([
            "--all-faults",
            "--runs",
            "3",
            "--hold=2",
            "--yes",
            "--dry-run",
            "--json",
            "-",
            "--svg",
            "a.svg",
            "--stack",
            "s",
            "--ca",
            "c",
            "--identity",
            "i",
            "--kubeconfig",
            "k",
        ]);
        assert.equal(options.faults.length, FAULTS.length);
        const { faults: _faults, ...rest } = options;
        assert.deepEqual(rest, {
            chosen: "all",
            runs: 3,
            holdMs: 2000,
            yes: true,
            dryRun: true,
            json: "-",
            svg: "a.svg",
            stack: "s",
            ca: "c",
            identity: "i",
            kubeconfig: "k",
        });
    });

    it("do not name faults and ask for all of them too", () => {
        assert.throws(
            () => readOptions(["--all-faults", "--fault", "switchover"]),
            /^UsageError: {3}- --fault and --all-faults exclude each other\n/,
        );
    });

    it("are refused with everything that is wrong with them, and the usage", () => {
        assert.throws(
            () =>
                readOptions([
                    "--runs",
                    "0",
                    "--fault",
                    "fire",
                    "--hold",
                    "ten",
                    "--what",
                    "now",
                    "--yes=no",
                    "--all-faults",
                    "--svg",
                ]),
            ({ message }: Error) => {
                const output = message.split("\n").map((line) => line.replace(/; there are: .*/, ""));
                assert.deepEqual(output, [
                    "  - there is no option --what",
                    '  - --yes takes no value; received "no"',
                    "  - --svg takes a value, FILE",
                    '  - "now" belongs to no option',
                    '  - --fault does not know "fire"',
                    '  - --runs takes a whole number from 1 to 100; received "0"',
                    '  - --hold takes a whole number from 2 to 60; received "ten"',
                    output.find((line) =>
                        line.startsWith(
                            "Nothing was done. Usage: npm run drill -- [--stack NAME] [--vip ADDRESS] [--fault NAME]... ",
                        ),
                    ),
                    "More: npm run drill -- --help",
                ]);
                for (const { name } of FAULTS) assert.ok(message.includes(name), name);
                return true;
            },
        );
    });
});
