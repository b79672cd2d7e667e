/**
 * What a broken Proxmox answers, a hostile one, or something in its place: it is read or refused in words, and nothing
 * that a terminal acts on is shown.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import * as fc from "fast-check";
import { z } from "zod";
import { dataOf, type Exchange, exchange } from "../../components/proxmox/exchange";
import { afterMaking } from "../../components/resources/proxmox/afterMaking";
import { proxmoxApi, ProxmoxRefusal } from "../../components/resources/proxmox/api";
import { beforeMaking } from "../../components/resources/proxmox/beforeMaking";
import type { Wanted } from "../../components/resources/proxmox/guests";
import { cases } from "../breadth";
import { modelOf, virtualMachines } from "../components/support";
import { certificate } from "../lab/proxmox/fakeProxmoxServer";
import { assertShowable, HOSTILE_WORDS } from "./hostile";
import { record } from "./table";

const SEED = 20261128;
const TOKEN = "user@pve!name=RECOGNISABLE";

/** What a good one answers to what is asked of it, and what it may say of more. */
const GOOD: Record<string, unknown> = {
    "/version": { version: "9.1.2", release: "9.1" },
    "/nodes": [
        { node: "pve1", status: "online", maxcpu: 8 },
        { node: "pve2", status: "offline" },
    ],
    "/cluster/resources?type=vm": [
        { type: "qemu", vmid: 9000, node: "pve1", name: "debian", status: "stopped", template: 1, tags: "lb;ops" },
        { type: "qemu", vmid: 101, node: "pve1", status: "stopped", lock: "clone" },
        { type: "qemu", vmid: 102, node: "pve2", status: "unknown" },
        { type: "lxc", vmid: 103, node: "pve1", name: "names", status: "running" },
    ],
    "/cluster/options": { "allowed-tags": ["lb"], "user-tag-access": { "user-allow": "list" } },
    "/cluster/firewall/options": { enable: 0 },
    "/access/permissions?path=/": { "/": { "Sys.Audit": 1 } },
};
const CONFIG = {
    ...{ name: "vrrp1", description: "notes", cores: 2, memory: "2048", boot: "order=scsi0", tags: "lb" },
    ...{ scsi0: "local-lvm:base-9000-disk-0,size=8G", ipconfig0: "ip=10.77.0.101/24", cicustom: "vendor=local:a" },
};
/** By what a path ends with. */
const OF_A_NODE: [RegExp, unknown][] = [
    [/\/config$/, CONFIG],
    [/\/status\/current$/, { status: "running", maxmem: 2 ** 31, cpus: 2 }],
    [/\/tasks\/[^/]+\/status$/, { status: "stopped", exitstatus: "OK" }],
    [/\/capabilities\/qemu\/cpu$/, [{ name: "host" }, { name: "x86-64-v2-AES" }]],
    [/\/storage\/[^/]+\/status$/, { content: "images,import", active: 1, shared: 1 }],
    [/\/content\?content=/, [{ volid: "local:import/debian.qcow2" }]],
    [/\/storage\?content=/, [{ storage: "local-lvm" }]],
    [/\/firewall\/rules$/, []],
    [/\/firewall\/ipset$/, [{ name: "management" }]],
    [/\/qemu\/\d+\?purge/, "UPID:pve1:0001:0002:0003:qmdestroy:101:root@pam:"],
];
const goodAnswer = (path: string): unknown => GOOD[path] ?? OF_A_NODE.find(([pattern]) => pattern.test(path))?.[1];

/** One thing that is different in every answer: where, by steps into it, and what is there instead. */
interface Change {
    answer: number;
    steps: number[];
    what: "value" | "gone" | "twice" | "text";
    value: unknown;
}
const json = fc.oneof(fc.constantFrom<unknown>(...HOSTILE_WORDS), fc.jsonValue());
const changes = fc.array(
    fc.record<Change>({
        answer: fc.nat(12),
        steps: fc.array(fc.nat(8), { maxLength: 3 }),
        what: fc.constantFrom("value", "value", "value", "gone", "twice", "text"),
        value: json,
    }),
    { minLength: 1, maxLength: 3 },
);

/** What is to be read as JSON. */
function changed(data: unknown, { steps, what, value }: Change): string {
    if (what === "text") return String(value).slice(0, 5000);
    const whole: { data: unknown } = structuredClone({ data });
    let at: Record<string, unknown> = whole;
    let key = "data";
    for (const step of steps) {
        const inside = at[key];
        if (typeof inside !== "object" || inside === null) break;
        const keys = Object.keys(inside);
        if (keys.length === 0) break;
        at = inside as Record<string, unknown>;
        key = keys[step % keys.length]!;
    }
    if (what === "gone") delete at[key];
    else if (what === "twice") at[key] = [at[key], at[key]];
    else at[key] = value;
    return JSON.stringify(whole);
}

describe("a hostile or broken Proxmox", function () {
    this.timeout(1_800_000);
    let server: Server;
    let answer: (path: string, socket: TLSSocket) => void = () => undefined;
    const open = new Set<TLSSocket>();

    before(async () => {
        server = createServer(certificate(), (socket) => {
            open.add(socket);
            socket.on("error", () => undefined).on("close", () => open.delete(socket));
            let text = "";
            socket.on("data", (chunk: Buffer) => {
                text += chunk.toString();
                const [, path] = /^\S+ \/api2\/json(\S*) HTTP[^]*\r\n\r\n$/.exec(text) ?? [];
                if (path !== undefined) answer(path, socket);
            });
        }).listen(0, "127.0.0.1");
        await once(server, "listening");
    });
    after(() => {
        for (const socket of open) socket.destroy();
        server?.close();
    });

    const endpoint = (): string => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ok = (socket: TLSSocket, body: string, length = Buffer.byteLength(body)): void =>
        void socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`);

    const machine = modelOf(virtualMachines()).hosts[0]!.virtualMachine!;
    const wanted: Wanted = {
        ...{ name: "vrrp1", mark: "mark", address: "10.77.0.101/24", others: "OTHERS" },
        machine: {
            ...machine,
            vmId: 101,
            firewall: true,
            tags: ["lb", "ha-api"],
            cpuType: "x86-64-v2-AES",
            cloudInit: { ...machine.cloudInit, vendorData: "local:snippets/vendor.yaml" },
        },
    };

    it("is answered to in words, whatever its answers are made of", async () => {
        let read = 0;
        const count = cases(5000);
        await fc.assert(
            fc.asyncProperty(changes, async (differences) => {
                let asked = 0;
                answer = (path, socket) => {
                    const own = asked++;
                    const difference = differences.find((each) => each.answer === own);
                    const data = goodAnswer(path);
                    assert.notEqual(data, undefined, `no answer to ${path}`);
                    ok(socket, difference === undefined ? JSON.stringify({ data }) : changed(data, difference));
                };
                const api = proxmoxApi({ endpoint: endpoint(), apiToken: TOKEN, insecure: true });
                for (const look of [
                    () => beforeMaking(api, { ...wanted, machine: { ...wanted.machine, vmId: 104 } }, assertShowable),
                    () => beforeMaking(api, wanted, assertShowable),
                    () => afterMaking(api, wanted, 101, assertShowable),
                ])
                    try {
                        await look();
                        read++;
                    } catch (error) {
                        assert.ok(
                            error instanceof ProxmoxRefusal || (error as Error).constructor === Error,
                            String((error as Error).stack),
                        );
                        assertShowable((error as Error).message);
                        assert.ok(!(error as Error).message.includes(TOKEN), "the token is shown");
                    }
            }),
            { seed: SEED, numRuns: count },
        );
        assert.ok(read > 0, "none was read");
        const as = `${read} of ${3 * count} looks read, the rest refused`;
        await record({ trouble: "answers of Proxmox", cases: count, survived: count, as });
    });

    const call = (): Exchange => ({
        ...{ endpoint: endpoint(), token: TOKEN, trust: { rejectUnauthorized: false } },
        ...{ method: "GET", path: "/version", timeoutMs: 300 },
    });
    const TRANSPORT: { title: string; by: (socket: TLSSocket) => void; message: RegExp; code?: string }[] = [
        {
            title: "a page of a proxy in its place",
            by: (socket) => ok(socket, "<html>please log in</html>"),
            message: /^127\.0\.0\.1:\d+ answered GET \/version as Proxmox VE does not \(no JSON\)\. Is that its API/,
        },
        {
            title: "JSON that is cut off",
            by: (socket) => ok(socket, '{"data": {"ver', 200),
            message: /aborted/,
            code: "ECONNRESET",
        },
        {
            title: "an answer that never ends",
            by: (socket) => {
                socket.write("HTTP/1.1 200 OK\r\n\r\n");
                const megabyte = Buffer.alloc(1024 ** 2, " ");
                const more = (error?: Error | null): void => {
                    if (!error && !socket.destroyed) socket.write(megabyte, more);
                };
                more();
            },
            message: /\(more than 32 MiB\)/,
        },
        {
            title: "a word every tenth of a second, for ever",
            by: (socket) => {
                socket.write("HTTP/1.1 200 OK\r\n\r\n");
                const drip = setInterval(() => (socket.destroyed ? clearInterval(drip) : socket.write(" ")), 100);
            },
            message: /^no whole answer within 1\.2 s$/,
            code: "ETIMEDOUT",
        },
        { title: "silence", by: () => undefined, message: /^no answer within 0\.3 s$/, code: "ETIMEDOUT" },
        {
            title: "no HTTP",
            by: (socket) => void socket.end("\u001b[2Jhello\r\n"),
            message: /Parse Error/,
            code: "HPE_INVALID_CONSTANT",
        },
    ];
    for (const { title, by, message, code } of TRANSPORT)
        it(`is refused in words: ${title}`, async () => {
            answer = (_, socket) => by(socket);
            await assert.rejects(exchange(call()), (error: Error & { code?: string }) => {
                assert.match(error.message, message);
                assert.equal(error.code, code);
                assertShowable(error.message);
                return true;
            });
        });

    it("shows nothing of its own words that a terminal acts on", async () => {
        answer = (_, socket) =>
            void socket.end(
                "HTTP/1.1 403 no \u009b31m\u001b[2J\tRights\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            );
        const refused = await exchange(call()).catch((error: Error) => ({ statusText: error.message }));
        assertShowable(refused.statusText);
        answer = (_, socket) => ok(socket, JSON.stringify({ data: { version: "\u001b]0;title\u0007" } }));
        const answered = await exchange(call());
        const { version } = dataOf(call(), answered, z.object({ version: z.string() }));
        assertShowable(version);
    });
});
