/**
 * The power goes after any change that a step makes to a host: what is in place is whole, the one or the other, and the
 * next run ends as if nothing had happened.
 */
import assert from "node:assert/strict";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { asOther, CONF, manifestFor, withCredential } from "../components/host/demo";
import { FakeHost, noFakeHost } from "../components/host/fakeHost";
import { itNeeds } from "../components/programs";
import { spreadOver } from "../breadth";
import { noTracing, traced } from "./killed";
import { record } from "./table";

/** Points that CI tries of each change. */
const FEW = 3;

interface Change {
    title: string;
    program: "converge" | "restore";
    /** What was done before. */
    before?: (host: FakeHost) => Promise<void>;
    input: (host: FakeHost) => string;
    /** Contents that the service's file may have at any moment. */
    contents: (string | undefined)[];
}

const one = (host: FakeHost): string =>
    manifestFor(host, { files: { "/etc/demo/kept": "one\n", "/etc/demo/gone": "one\n" } });

const withKey = (host: FakeHost): string => withCredential(one(host), "/etc/demo/server.key", "key");

async function succeeds(host: FakeHost, program: Change["program"], input: string): Promise<void> {
    const { status, output } = await host.run(program, input);
    assert.equal(status, 0, output);
}

const CHANGES: Change[] = [
    { title: "the first configuration", program: "converge", input: one, contents: [undefined, "answer one\n"] },
    {
        title: "another setting",
        program: "converge",
        before: (host) => succeeds(host, "converge", one(host)),
        input: (host) =>
            manifestFor(host, { answer: "two", files: { "/etc/demo/kept": "two\n", "/etc/demo/sub/new": "two\n" } }),
        contents: ["answer one\n", "answer two\n"],
    },
    {
        title: "another proxy",
        program: "converge",
        before: (host) => succeeds(host, "converge", one(host)),
        input: (host) => {
            host.listening('tcp LISTEN 0 511 0.0.0.0:6443 0.0.0.0:* users:(("other",pid=7,fd=5))\n');
            return asOther(manifestFor(host)).replace(/ready-answer.*\n/, "");
        },
        contents: ["answer one\n", undefined],
    },
    {
        title: "a credential",
        program: "converge",
        before: async (host) => {
            host.write("/var/lib/ha-api/credentials/key", "one\n");
            await succeeds(host, "converge", withKey(host));
            host.write("/var/lib/ha-api/credentials/key", "two\n");
        },
        input: withKey,
        contents: ["answer one\n"],
    },
    {
        title: "the end, on a machine with an owner's own file",
        program: "restore",
        before: async (host) => {
            host.write(CONF, "answer own\n");
            host.set("active", "demo", "active");
            host.set("enabled", "demo", "enabled");
            await succeeds(host, "converge", one(host));
        },
        input: () => "",
        contents: ["answer one\n", "answer own\n"],
    },
];

/** Everything that the host has: files with their permissions, and what its services run. */
function stateOf(host: FakeHost): Record<string, string> {
    const found: Record<string, string> = {};
    for (const top of ["etc", "var-lib", "run/ha-api", "fake/active", "fake/enabled", "fake/running"]) {
        const folder = join(host.folder, top);
        let names: string[];
        try {
            names = readdirSync(folder, { recursive: true }).map(String);
        } catch {
            continue;
        }
        for (const name of names) {
            const path = join(folder, name);
            const { mode } = lstatSync(path);
            const type = mode & 0o170000;
            const content = { 0o100000: () => readFileSync(path, "utf8"), 0o120000: () => readlinkSync(path) }[type];
            found[`${top}/${name}`] = `${(mode & 0o7777).toString(8)} ${content?.() ?? ""}`;
        }
    }
    return found;
}

async function onHost<T>(work: (host: FakeHost) => Promise<T>): Promise<T> {
    const host = new FakeHost();
    await host.start();
    try {
        return await work(host);
    } finally {
        await host.stop();
    }
}

describe("a step that is killed after any of its changes", function () {
    this.timeout(3_600_000);
    const need = noFakeHost() || noTracing();

    for (const { title, program, before, input, contents } of CHANGES)
        itNeeds(need, `leaves something whole, and the next run ends as it would have: ${title}`, async () => {
            const { changes, state } = await onHost(async (host) => {
                await before?.(host);
                const whole = await traced(host, program, input(host));
                assert.equal(whole.status, 0, whole.output);
                return { changes: whole.changes, state: stateOf(host) };
            });
            assert.ok(changes > 5, `${changes} changes were seen`);
            const all = Array.from({ length: changes }, (_, index) => index + 1);
            const points = spreadOver(all, FEW);
            for (const at of points)
                await onHost(async (host) => {
                    await before?.(host);
                    const { status, output } = await traced(host, program, input(host), at);
                    assert.equal(status, undefined, `it was not killed at ${at}: ${output}`);
                    const where = `killed at ${at} of ${changes}`;
                    assert.ok(contents.includes(host.read(CONF)), `${where}: ${host.read(CONF)}`);
                    const { status: again, output: said } = await host.run(program, input(host));
                    assert.equal(again, 0, `${where}: ${said}`);
                    assert.deepEqual(stateOf(host), state, `${where}: ${said}`);
                });
            const tried = points.length;
            await record({ trouble: `killed: ${title}`, cases: tried, survived: tried, as: "each change it makes" });
        });
});
