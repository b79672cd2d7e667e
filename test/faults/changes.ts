/** What steps change on a host: what each is told, what was there before, and what a host has afterwards. */
import assert from "node:assert/strict";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { asOther, CONF, credentialsText, manifestFor, withCredential } from "../components/host/demo";
import { FakeHost } from "../components/host/fakeHost";

export interface Change {
    title: string;
    program: "converge" | "restore" | "keep-credentials";
    /** What was done before. */
    before?: ((host: FakeHost) => Promise<void>) | undefined;
    input: (host: FakeHost) => string;
    /** Contents that a file may have at any moment, the service's where no other is named. */
    contents: (string | undefined)[];
    file?: string;
}

const STORE = "/var/lib/ha-api/credentials";

const one = (host: FakeHost): string =>
    manifestFor(host, { files: { "/etc/demo/kept": "one\n", "/etc/demo/gone": "one\n" } });

const withKey = (host: FakeHost): string => withCredential(one(host), "/etc/demo/server.key", "key");

/** With a second service, which has a VRRP instance. */
const withVrrp = (host: FakeHost, priority: string): string =>
    one(host).replace(
        "==== end\n",
        `==== file /etc/vrrp/vrrp.conf 0644\npriority ${priority}\n==== service vrrp\n` +
            "reload-after /etc/vrrp/vrrp.conf\nready-vrrp kube_api 10.30.100.100\n==== end\n",
    );

export async function succeeds(host: FakeHost, program: Change["program"], input: string): Promise<void> {
    const { status, output } = await host.run(program, input);
    assert.equal(status, 0, output);
}

export const CHANGES: Change[] = [
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
        title: "a setting of VRRP",
        program: "converge",
        before: async (host) => {
            // As the notify script has written it down; reading the file again changes nothing of it.
            host.write("/run/ha-api/vrrp/kube_api", "BACKUP\n");
            await succeeds(host, "converge", withVrrp(host, "one"));
        },
        input: (host) => withVrrp(host, "two"),
        contents: ["answer one\n"],
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
        title: "a credential in a configuration",
        program: "converge",
        before: async (host) => {
            host.write(`${STORE}/key`, "one\n");
            await succeeds(host, "converge", withKey(host));
            host.write(`${STORE}/key`, "two\n");
        },
        input: withKey,
        contents: ["answer one\n"],
    },
    {
        title: "credentials",
        program: "keep-credentials",
        before: (host) => succeeds(host, "keep-credentials", credentialsText({ key: "one\n", gone: "one\n" })),
        input: () => credentialsText({ key: "two\n", new: "two\n" }),
        contents: ["one\n", "two\n"],
        file: `${STORE}/key`,
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

/** Made on each host by itself. */
const RANDOM = "var-lib/ha-api/credentials.key";

/** Everything that the host has: files with their permissions, and what its services run. */
export function stateOf(host: FakeHost): Record<string, string> {
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
            const text = content?.() ?? "";
            const shown = `${top}/${name}` === RANDOM ? `${text.length} characters` : text;
            found[`${top}/${name}`] = `${(mode & 0o7777).toString(8)} ${shown}`;
        }
    }
    return found;
}

export async function onHost<T>(work: (host: FakeHost) => Promise<T>): Promise<T> {
    const host = new FakeHost();
    await host.start();
    try {
        return await work(host);
    } finally {
        await host.stop();
    }
}

export function changeOf(title: string): Change {
    const found = CHANGES.find((change) => change.title === title);
    assert.ok(found !== undefined, `there is no change "${title}"`);
    return found;
}
