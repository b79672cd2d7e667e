/**
 * Small services at the API servers' addresses: each answers every connection, or every datagram, with its own address.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { slotVeth } from "../../../proving-ground/lab/apiserver/slot";
import { address6Of } from "../../../proving-ground/lab/instance";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { run } from "../../../tools/run";
import { instance } from "../machines/support";

/** Ends when its standard input does, so that none outlives the tests, and in any case after five minutes. */
const SERVER = `
const [protocol, address, port] = process.argv.slice(1);
const up = () => console.log("up");
if (protocol === "udp") {
    const socket = require("dgram").createSocket(address.includes(":") ? "udp6" : "udp4");
    socket.on("message", (_text, from) => socket.send(address, from.port, from.address)).bind(Number(port), address, up);
} else require("net").createServer((socket) => socket.on("error", () => undefined).end(address)).listen(Number(port), address, up);
process.stdin.resume().on("end", () => process.exit());
setTimeout(() => process.exit(), 300_000);`;

const ASK = `
const [protocol, address, port] = process.argv.slice(1);
setTimeout(() => process.exit(1), 3000);
const tell = (answer) => { console.log(String(answer)); process.exit(0); };
if (protocol === "udp") require("dgram").createSocket(address.includes(":") ? "udp6" : "udp4").on("message", tell).send("who?", Number(port), address);
else require("net").connect(Number(port), address).on("data", tell).on("error", () => process.exit(1)).on("end", () => process.exit(1));`;

export type Protocol = "tcp" | "udp";

/** Starts one at the n-th API server's address, or at its IPv6 one. */
export async function startEcho(n: number, protocol: Protocol, port: number, family: 4 | 6 = 4): Promise<ChildProcess> {
    const { name, address: ipv4 } = instance.apiServers[n - 1]!;
    const address = family === 4 ? ipv4 : address6Of(instance, ipv4);
    const server = spawn(
        "nsenter",
        [
            `--net=/run/netns/${slotVeth(instance, name).namespace}`,
            "--",
            process.execPath,
            "-e",
            SERVER,
            protocol,
            address,
            String(port),
        ],
        { stdio: ["pipe", "pipe", "inherit"] },
    );
    await once(createInterface(server.stdout), "line");
    return server;
}

/** Ends it, unless it has ended, and waits until its port is free. */
export async function stopEcho(server: ChildProcess): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const over = once(server, "close");
    server.stdin?.end();
    await over;
}

/** Asks once from the client, by a new connection; the answer is who answered. */
export async function askEcho(protocol: Protocol, address: string, port: number): Promise<string> {
    return (await inNamespace(instance.client.namespace, asking(protocol, address, port))).trim();
}

/** The same from this machine. */
export async function askEchoFromHere(protocol: Protocol, address: string, port: number): Promise<string> {
    const [program, ...args] = asking(protocol, address, port);
    return (await run(program, args)).trim();
}

const asking = (protocol: Protocol, address: string, port: number): [string, ...string[]] => [
    process.execPath,
    "-e",
    ASK,
    protocol,
    address,
    String(port),
];
