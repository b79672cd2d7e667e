import assert from "node:assert/strict";
import { commandLine, HelpAsked, UsageError } from "../../tools/commandLine";
import { choice, count, flag, list, repeated, required, text, textOr } from "../../tools/options";

const line = commandLine({
    call: "npm run thing --",
    about: "Does a thing.",
    options: {
        out: required("FILE", "where it goes"),
        runs: count("N", "how often", { max: 9, otherwise: 3 }),
        release: choice("NUMBER", "which", ["13", "12"]),
        since: textOr("TIME", "from when on", "1 hour ago"),
        stack: text("NAME", "which stack; without it the selected one"),
        only: list("a,b", "which; without it all"),
        header: repeated("TEXT", "one more; without it none"),
        dry: flag("does nothing"),
    },
    names: { usage: "[PART]", about: "a part", max: 1 },
    statuses: { 0: "done", 1: "found" },
    examples: ["npm run thing -- --out f"],
});

function refusal(...words: string[]): string {
    try {
        line.read(words);
    } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
        assert.equal(error.status, 2);
        return error.message;
    }
    return assert.fail("nothing was wrong with it");
}

describe("the command line of a command", () => {
    it("gives every option its value, whichever way it is written, and its default", () => {
        assert.deepEqual(line.read(["--out=f"]), {
            out: "f",
            runs: 3,
            release: "13",
            since: "1 hour ago",
            stack: undefined,
            only: undefined,
            header: [],
            dry: false,
            names: [],
        });
        assert.deepEqual(
            line.read([
                "part",
                "--runs",
                "9",
                "--out",
                "-",
                "--header",
                "a",
                "--release=12",
                "--header=b",
                "--only",
                "x,y",
                "--dry",
                "--stack",
                "s",
                "--since",
                "-2h",
            ]),
            {
                out: "-",
                runs: 9,
                release: "12",
                since: "-2h",
                stack: "s",
                only: ["x", "y"],
                header: ["a", "b"],
                dry: true,
                names: ["part"],
            },
        );
    });

    it("says everything that is wrong at once, how it is used, and where there is more", () => {
        assert.equal(
            refusal("--bogus", "x", "y", "--runs", "ten", "--release", "11", "--dry=no", "--stack"),
            [
                "  - there is no option --bogus",
                '  - --dry takes no value; received "no"',
                "  - --stack takes a value, NAME",
                '  - "y" belongs to no option',
                "  - --out FILE is missing: where it goes",
                '  - --runs takes a whole number from 1 to 9; received "ten"',
                '  - --release takes 13 or 12; received "11"',
                "Nothing was done. Usage: npm run thing -- --out FILE [--runs N] [--release NUMBER] [--since " +
                    "TIME] [--stack NAME] [--only a,b] [--header TEXT]... [--dry] [PART]",
                "More: npm run thing -- --help",
            ].join("\n"),
        );
        assert.match(refusal("-x", "--out", "f"), /^ {2}- there is no option -x\n/);
        assert.match(
            refusal("--out", "--dry"),
            /^ {2}- --out takes a value, FILE\n/,
            "a missing value is no value that looks like an option",
        );
        assert.match(refusal("--out", "f", "--runs", "1", "--runs", "2"), /^ {2}- --runs is given 2 times\n/);
        assert.match(
            refusal("--out", "f", "--__proto__", "--constructor"),
            /^ {2}- there is no option --__proto__\n {2}- there is no option --constructor\n/,
        );
    });

    it(
        "answers --help and -h before it looks for anything wrong, with options, defaults, statuses and an " +
            "example",
        () => {
            for (const word of ["--help", "-h"]) {
                assert.throws(
                    () => line.read(["--bogus", word]),
                    (error: unknown) => {
                        assert.ok(error instanceof HelpAsked, `help, not ${String(error)}`);
                        assert.equal(error.help, line.help);
                        return true;
                    },
                );
            }
            assert.equal(
                line.help,
                `Does a thing.

Usage: npm run thing -- --out FILE [--runs N] [--release NUMBER] [--since TIME] [--stack NAME] [--only a,b]
       [--header TEXT]... [--dry] [PART]

  [PART]            a part
  --out FILE        where it goes
  --runs N          how often; 1 to 9 (default: 3)
  --release NUMBER  which: 13 or 12 (default: 13)
  --since TIME      from when on (default: 1 hour ago)
  --stack NAME      which stack; without it the selected one
  --only a,b        which; without it all
  --header TEXT     one more; without it none
  --dry             does nothing
  -h, --help        this text

Exit status:
  0  done
  1  found
  2  it could not run, or was used wrongly

Example:
  npm run thing -- --out f
`,
            );
        },
    );

    it("leaves another program's words alone where the first name begins them", () => {
        const ssh = commandLine({
            call: "ssh",
            about: "",
            options: { port: text("N", "") },
            names: { usage: "HOST [COMMAND ...]", about: "", last: true },
            statuses: { 0: "" },
            examples: [""],
        });
        assert.deepEqual(ssh.read(["--port", "22", "vrrp1", "ls", "--help", "-l"]), {
            port: "22",
            names: ["vrrp1", "ls", "--help", "-l"],
        });
        assert.throws(() => ssh.read(["--what", "vrrp1", "ls"]), UsageError);
        assert.throws(() => ssh.read(["-h"]), HelpAsked);
    });
});
