/**
 * A fake Proxmox on a free port with a fake hypervisor behind it, and a client that speaks to it as the provider does.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DOCUMENTED_TOKEN } from "../../../proving-ground/lab/proxmox/access/documented";
import { type Version } from "../../../proving-ground/lab/proxmox/access/privileges";
import { TROUBLE_FILE } from "../../../proving-ground/lab/proxmox/health";
import { type FakeProxmox, startFakeProxmox } from "../../../proving-ground/lab/proxmox/server";
import type { State } from "../../../proving-ground/lab/proxmox/state";
import { FakeHypervisor } from "./fakeHypervisor";

export const TOKEN = "root@pam!lab=0e7b1c3a-0000-4000-8000-000000000001";
/** Of tokens that are made as the documents say. */
export const SECRET = "0e7b1c3a-0000-4000-8000-000000000002";
/** The one that docs/security.md makes, as a client gives it. */
export const DOCUMENTED = `${DOCUMENTED_TOKEN}=${SECRET}`;

export interface Answer {
    status: number;
    /** HTTP reason phrase. */
    reason: string;
    data: unknown;
    errors?: Record<string, string>;
    message?: string;
}

/** A task as its client saw it end. */
export interface EndedTask {
    upid: string;
    exitstatus: string;
    log: string[];
}

export type Values = Record<string, string | number>;

let tls: { key: string; cert: string } | undefined;

/** One self-signed certificate serves all tests. */
export function certificate(): { key: string; cert: string } {
    if (tls !== undefined) return tls;
    const folder = mkdtempSync(join(tmpdir(), "proxmox-tls-"));
    const [key, cert] = [join(folder, "key"), join(folder, "crt")];
    const subject = ["-subj", "/CN=localhost", "-days", "1", "-nodes"];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
    tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    rmSync(folder, { recursive: true });
    return tls;
}

export class FakeProxmoxServer {
    readonly hypervisor = new FakeHypervisor();
    readonly directory = mkdtempSync(join(tmpdir(), "proxmox-double-"));
    readonly log: string[] = [];
    /** Besides root's, and the commands that make them. */
    tokens: string[] = [];
    commands: string[] = [];
    version?: Version;
    private server?: FakeProxmox;

    static async start(
        more: Partial<Pick<FakeProxmoxServer, "tokens" | "commands" | "version">> = {},
    ): Promise<FakeProxmoxServer> {
        const lab = Object.assign(new FakeProxmoxServer(), more);
        await lab.serve();
        return lab;
    }

    /** Ends the server and starts another on the same state, as after a crash. */
    async restart(): Promise<void> {
        await this.server?.close();
        await this.serve();
    }

    /** As ten seconds later: the nodes have told each other of their guests. */
    async sampled(): Promise<void> {
        await this.restart();
    }

    /** As after `rm /etc/pve/nodes/NODE/qemu-server/VMID.conf` on a node that is left. */
    async forget(vmid: number): Promise<void> {
        await this.rewritten((state) => delete state.guests[vmid]);
    }

    async stop(): Promise<void> {
        await this.server?.close();
        rmSync(this.directory, { recursive: true, force: true });
    }

    /** What is wrong from now on, in the words of TROUBLE_FILE. */
    trouble(...what: string[]): void {
        writeFileSync(join(this.directory, TROUBLE_FILE), what.join("\n"));
    }

    get endpoint(): string {
        return `https://127.0.0.1:${this.server?.port ?? 0}`;
    }

    get imageUrl(): string {
        return `http://127.0.0.1:${this.server?.imagePort ?? 0}/images/debian-12.lab.qcow2`;
    }

    async call(
        method: string,
        path: string,
        values: Values = {},
        headers: Record<string, string> = {},
    ): Promise<Answer> {
        const form = new URLSearchParams(
            Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]),
        ).toString();
        const json = headers["content-type"] === "application/json";
        const inQuery = !json && (method === "GET" || method === "DELETE");
        const body = json ? JSON.stringify(values) : form;
        const length = { "content-length": Buffer.byteLength(body) };
        return new Promise((resolve, reject) => {
            const call = request(
                {
                    host: "127.0.0.1",
                    port: this.server?.port,
                    method,
                    // A connection that is kept would be one to the server before a restart.
                    agent: false,
                    path: `/api2/json${path}${inQuery && form !== "" ? `?${form}` : ""}`,
                    rejectUnauthorized: false,
                    headers: {
                        authorization: `PVEAPIToken=${TOKEN}`,
                        ...(inQuery ? {} : { "content-type": "application/x-www-form-urlencoded" }),
                        ...(inQuery ? {} : length),
                        ...headers,
                    },
                },
                (response) => {
                    let text = "";
                    response.setEncoding("utf8").on("data", (part: string) => (text += part));
                    response.on("end", () => {
                        const body = JSON.parse(text) as Omit<Answer, "status" | "reason">;
                        resolve({ status: response.statusCode ?? 0, reason: response.statusMessage ?? "", ...body });
                    });
                },
            );
            call.on("error", reject);
            call.end(inQuery ? undefined : body);
        });
    }

    /** The data of a call that has to succeed. */
    async data<T = Record<string, unknown>>(method: string, path: string, values: Values = {}): Promise<T> {
        const { status, reason, data, errors } = await this.call(method, path, values);
        if (status !== 200) throw new Error(`${method} ${path}: ${status} ${reason} ${JSON.stringify(errors ?? {})}`);
        return data as T;
    }

    /** A call that starts a task, and the task's end. */
    async task(method: string, path: string, values: Values = {}): Promise<EndedTask> {
        return this.ended(await this.data<string>(method, path, values));
    }

    async ended(upid: string): Promise<EndedTask> {
        const path = `/nodes/${upid.split(":")[1] ?? ""}/tasks/${encodeURIComponent(upid)}`;
        for (;;) {
            const { status, exitstatus } = await this.data<{ status: string; exitstatus: string }>(
                "GET",
                `${path}/status`,
            );
            if (status === "running") continue;
            const log = await this.data<{ t: string }[]>("GET", `${path}/log`);
            return { upid, exitstatus, log: log.map(({ t }) => t) };
        }
    }

    /** A lock as a backup sets it, or none: root's alone to change, and not by a token. */
    async lock(vmid: number, node: string, lock: string | undefined): Promise<void> {
        const { ticket, CSRFPreventionToken } = await this.data<Record<string, string>>("POST", "/access/ticket", {
            username: "root@pam",
            password: TOKEN.replace(/.*=/, ""),
        });
        const headers = {
            authorization: "",
            cookie: `PVEAuthCookie=${encodeURIComponent(ticket!)}`,
            csrfpreventiontoken: CSRFPreventionToken!,
        };
        const change: Values = lock === undefined ? { delete: "lock", skiplock: 1 } : { lock };
        const { status, reason } = await this.call("PUT", `/nodes/${node}/qemu/${vmid}/config`, change, headers);
        if (status !== 200) throw new Error(reason);
    }

    /** A configured, stopped clone of the template. */
    async clone(vmid: number, values: Values = {}): Promise<void> {
        await this.task("POST", "/nodes/pve1/qemu/9000/clone", { newid: vmid, full: 1, name: `vrrp${vmid}` });
        await this.data("PUT", `/nodes/pve1/qemu/${vmid}/config`, {
            ipconfig0: "gw=10.77.0.1,ip=10.77.0.101/24",
            ...values,
        });
    }

    /** A container, as somebody made it with `pct`. */
    async container(vmid: number, container: { node: string; hostname: string }): Promise<void> {
        await this.rewritten((state) => (state.containers[vmid] = container));
    }

    async config(vmid: number, node = "pve1"): Promise<Record<string, string | number>> {
        return this.data("GET", `/nodes/${node}/qemu/${vmid}/config`);
    }

    /** Starts the server again on a state that was changed behind its back. */
    private async rewritten(change: (state: Pick<State, "guests" | "containers">) => unknown): Promise<void> {
        await this.server?.close();
        const file = join(this.directory, "state.json");
        const state = JSON.parse(readFileSync(file, "utf8")) as State;
        change(state);
        writeFileSync(file, JSON.stringify(state));
        await this.serve();
    }

    private async serve(): Promise<void> {
        this.server = await startFakeProxmox({
            host: "127.0.0.1",
            // A restart keeps the address.
            port: this.server?.port ?? 0,
            imagePort: 0,
            tls: certificate(),
            tokens: [TOKEN, ...this.tokens],
            commands: this.commands,
            ...(this.version === undefined ? {} : { version: this.version }),
            directory: this.directory,
            hypervisor: this.hypervisor,
            log: (line) => this.log.push(line),
        });
    }
}
