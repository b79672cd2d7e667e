/**
 * How the programs on hosts go about apt and dpkg, which others use too. Seen by way of the one that upgrades packages.
 */
import assert from "node:assert/strict";
import { itNeeds } from "../programs";
import { type FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";

const need = noFakeHost();
const HELD = (path: string): string => `E: Could not get lock ${path}. It is held by process 7 (apt-get)`;

describe("a step that needs apt", function () {
    this.timeout(20_000);
    let host: FakeHost;
    fakeHostForEachTest((fresh) => {
        host = fresh;
        // Its files `busy-VERB` say how often that verb still finds a lock held, and in which words.
        host.program(
            "apt-get",
            [
                'verb=""; for word in "$@"; do case $word in update | install | --download-only) verb=$word ' +
                    ";; esac; done",
                'echo "$verb${UNDER_TIMEOUT:+ with a time limit} suspend=${NEEDRESTART_SUSPEND:-} ' +
                    'mode=${NEEDRESTART_MODE:-}" >> "$FAKE/apt.log"',
                'left=$(sed -n 1p "$FAKE/busy-$verb" 2> /dev/null || true)',
                'if ((${left:-0} > 0)); then words=$(sed -n 2p "$FAKE/busy-$verb"); printf "%s\\n" "$((left ' +
                    '- 1))" "$words" > "$FAKE/busy-$verb"; echo "$words" >&2; exit 100; fi',
            ].join("\n"),
        );
        host.program("timeout", 'shift; UNDER_TIMEOUT=yes exec "$@"');
        host.program(
            "dpkg",
            'case "$*" in --audit) cat "$FAKE/audit" 2> /dev/null ;; *) echo "dpkg $*" >> "$FAKE/apt.log"; ' +
                'rm -f "$FAKE/audit" ;; esac; true',
        );
        host.program("dpkg-query", 'echo "nginx 1.22.1-9"');
        host.write("/var/lib/ha-api/upgraded", "");
    });

    const busy = (verb: string, times: number, words: string): void =>
        host.write(`/fake/busy-${verb}`, `${times}\n${words}\n`);
    const upgrade = (): Promise<{ status: number | null; output: string }> =>
        host.run("upgrade-packages", "", "spring", "nginx");
    const calls = (): string[] =>
        (host.readFake("apt.log") ?? "")
            .trim()
            .split("\n")
            .map((line) => line.replace(/ suspend.*/, ""));

    for (const [what, verb, words] of [
        ["the package lists, as apt-daily does", "update", HELD("/var/lib/apt/lists/lock")],
        ["the downloaded packages", "--download-only", HELD("/var/cache/apt/archives/lock")],
        [
            "dpkg's",
            "install",
            "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (unattended-upgr)",
        ],
    ] as const) {
        itNeeds(need, `waits for another program that holds the lock of ${what}`, async () => {
            busy(verb, 3, words);
            const { status, output } = await upgrade();
            assert.equal(status, 0, output);
            assert.equal(calls().filter((call) => call.startsWith(verb)).length, 4);
            assert.match(output, /another program is busy with packages; waiting up to \d+ s/);
            assert.equal(host.read("/var/lib/ha-api/upgraded"), "spring\n");
        });
    }

    itNeeds(need, "gives up at last, with the message of apt that names the owner of the lock", async () => {
        busy("update", 1000, HELD("/var/lib/apt/lists/lock"));
        const { status, output } = await upgrade();
        assert.equal(status, 1);
        assert.match(output, /Could not get lock .*held by process 7[^]*the package lists could not be refreshed/);
    });

    itNeeds(need, "does not try again what failed for another reason", async () => {
        busy("install", 1, "E: Unable to locate package nginx");
        assert.equal((await upgrade()).status, 1);
        assert.deepEqual(calls(), ["update with a time limit", "--download-only with a time limit", "install"]);
    });

    itNeeds(need, "limits the time of a download, never that of dpkg, which must not be cut off", async () => {
        await upgrade();
        assert.deepEqual(calls(), ["update with a time limit", "--download-only with a time limit", "install"]);
    });

    itNeeds(need, "has needrestart restart nothing", async () => {
        await upgrade();
        const lines = host.readFake("apt.log")!.trim().split("\n");
        for (const line of lines) assert.match(line, / suspend=1 mode=l$/);
    });

    for (const [what, begin] of [
        ["a journal", (): void => host.write("/var/lib/dpkg/updates/0001", "Package: nginx\n")],
        ["packages that are not configured", (): void => host.write("/fake/audit", "nginx is only half configured\n")],
    ] as const) {
        itNeeds(need, `finishes what a dpkg that was cut off left, ${what}, before it installs`, async () => {
            begin();
            const { status, output } = await upgrade();
            assert.equal(status, 0, output);
            const order = calls();
            assert.equal(order[1], "dpkg --force-confdef --force-confold --configure --pending");
            assert.deepEqual(
                order.slice(2).filter((call) => !call.startsWith("dpkg")),
                ["--download-only with a time limit", "install"],
            );
        });
    }

    itNeeds(need, "notes an upgrade as done also when the caller has hung up", async () => {
        const child = host.spawn(
            "bash",
            "-c",
            `'trap "" PIPE; exec bash ${host.folder}/upgrade-packages spring nginx'`,
        );
        child.stderr.destroy();
        child.stdout.destroy();
        child.stdin.end();
        assert.equal(await new Promise((resolve) => child.once("close", resolve)), 0);
        assert.equal(host.read("/var/lib/ha-api/upgraded"), "spring\n");
    });
});
