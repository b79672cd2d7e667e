/**
 * A real Prometheus with the rules of examples/monitoring, ten scrapes where a site has one and a fourth of all times
 * in the rules: in peace nothing fires, and each fault has the alerts that it should and no other.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { stringify } from "yaml";
import { startApiServer, stopApiServer } from "../../proving-ground/lab/apiserver/apiServers";
import { nspawnHypervisor } from "../../proving-ground/lab/hypervisor/nspawn";
import { projectFolder } from "../../tools/cache";
import type { Panel } from "../docs/dashboardPicture";
import { needsLab } from "../lab/machines/support";
import {
    existingMachines,
    instance,
    onHost,
    powerOn,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    waitForSingleMaster,
} from "../lab/stack/support";
import { programOfPrometheus } from "../prometheus";
import { recordPanels } from "./recordPanels";

const TIMES_SHORTER = 4;
/** Of this machine in the lab's network, where nobody else asks. */
const LISTEN = `${instance.gateway}:19090`;
const exporterOf = (index: number): string => `${instance.gateway}:${19113 + index}`;
/** Connections that are kept, so that there are some to be counted. */
const CLIENTS = 12;
/** Longest `for` of an alert that is waited for, shortened, and time to notice. */
const PATIENCE_SECONDS = 75;
/** Says that the machine is busy, which is the lab's own doing: where all hosts share its processors it may be true. */
const OF_THE_LAB = "HaApiWatcherLate";

/** All durations of a rule file, and the age at which a file is old. */
function shortened(rules: string): string {
    const milliseconds = (number: string, unit: string): number =>
        (Number(number) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as "s" | "m" | "h"]) / TIMES_SHORTER;
    return rules
        .replace(/\bfor: (\d+)([smh])$/gm, (_all, n: string, unit: string) => `for: ${milliseconds(n, unit)}ms`)
        .replace(/\[(\d+)([smh])\]/g, (_all, n: string, unit: string) => `[${milliseconds(n, unit)}ms]`)
        .replace(/(node_textfile_mtime_seconds.*> )(\d+)$/m, (_all, before: string, n: string) => {
            return before + String(Number(n) / TIMES_SHORTER);
        });
}

/** A connection to the API that is made again when it is lost; what ends it. */
function connected(host: string): () => void {
    let socket: TLSSocket | undefined;
    let again: NodeJS.Timeout | undefined;
    const open = (): void => {
        socket = connect({ host, port: 6443, rejectUnauthorized: false, timeout: 5000 });
        socket.on("error", () => undefined).on("timeout", () => socket!.destroy());
        socket.on("secureConnect", () => socket!.setTimeout(0)).on("close", () => (again = setTimeout(open, 500)));
    };
    open();
    return () => {
        socket?.removeAllListeners("close").destroy();
        clearTimeout(again);
    };
}

describe("Prometheus, which watches a pair", function () {
    this.timeout(400_000);
    this.bail(true);
    const stack = new Stack("test-prometheus");
    const hosts = existingMachines.map(({ address }) => address);
    const folder = mkdtempSync(join(tmpdir(), "ha-api-prometheus-"));
    const programs: ChildProcess[] = [];
    let clients: (() => void)[] = [];
    let begun = 0;

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        const metrics = { enabled: true, proxyListenOn: "host", allowedClients: [instance.gateway] };
        await stack.create({ ...twoExistingMachines(), metrics });
        await stack.up();
        await waitForSingleMaster();
        writeFileSync(
            join(folder, "alerts.yaml"),
            shortened(readFileSync(join(projectFolder, "examples", "monitoring", "alerts.yaml"), "utf8")),
        );
        writeFileSync(
            join(folder, "prometheus.yml"),
            stringify({
                global: { scrape_interval: "1500ms", scrape_timeout: "1s", evaluation_interval: "1s" },
                rule_files: ["alerts.yaml"],
                scrape_configs: [
                    { job_name: "ha-api", static_configs: [{ targets: hosts.map((host) => `${host}:9100`) }] },
                    ...hosts.map((host, index) => ({
                        job_name: `nginx of ${host}`,
                        static_configs: [{ targets: [exporterOf(index)], labels: { instance: `${host}:8405` } }],
                    })),
                ],
            }),
        );
        for (const [index, host] of hosts.entries())
            start(
                "prometheus-nginx-exporter",
                `-nginx.scrape-uri=http://${host}:8405/stub_status`,
                `-web.listen-address=${exporterOf(index)}`,
            );
        start(
            "prometheus",
            `--config.file=${join(folder, "prometheus.yml")}`,
            `--storage.tsdb.path=${join(folder, "data")}`,
            `--web.listen-address=${LISTEN}`,
            "--log.level=warn",
        );
        clients = Array.from({ length: CLIENTS }, () => connected(vip));
        await seconds(10);
        begun = Date.now();
    });
    after(async () => {
        if (process.env["RECORD_DASHBOARD"] === "1") await record();
        for (const end of clients) end();
        for (const program of programs.filter(({ exitCode }) => exitCode === null)) {
            program.kill();
            await once(program, "close");
        }
        rmSync(folder, { recursive: true, force: true });
        for (const { name } of instance.apiServers) await startApiServer(instance, name);
        await stack.remove();
        await stopExistingMachines(existingMachines);
    });

    function start(name: Parameters<typeof programOfPrometheus>[0], ...args: string[]): void {
        // The exporter tells each start.
        const errors = name === "prometheus" ? "inherit" : "ignore";
        programs.push(spawn(programOfPrometheus(name), args, { stdio: ["ignore", "ignore", errors] }));
    }

    /** The documents' picture is drawn from it: CONTRIBUTING.md. */
    async function record(): Promise<void> {
        const dashboard = readFileSync(join(projectFolder, "examples", "monitoring", "dashboard.json"), "utf8");
        const { panels } = JSON.parse(dashboard) as { panels: Panel[] };
        const recorded = await recordPanels(`http://${LISTEN}`, panels, begun, "6500ms");
        writeFileSync(join(projectFolder, "docs", "dashboard.json"), `${JSON.stringify(recorded)}\n`);
    }

    /** What fires now: NAME of an alert, with the host where it has one. */
    async function firing(): Promise<string[]> {
        const answer = (await (await fetch(`http://${LISTEN}/api/v1/alerts`)).json()) as {
            data: { alerts: { state: string; labels: Record<string, string> }[] };
        };
        return answer.data.alerts
            .filter(({ state, labels }) => state === "firing" && labels["alertname"] !== OF_THE_LAB)
            .map(({ labels: { alertname, instance: of } }) => (of === undefined ? alertname! : `${alertname!} ${of}`));
    }

    /** What fires within that time. */
    async function firingWithin(time: number, enough = Number.POSITIVE_INFINITY): Promise<string[]> {
        const seen = new Set<string>();
        for (const end = Date.now() + time * 1000; Date.now() < end && seen.size < enough; await seconds(1))
            for (const each of await firing()) seen.add(each);
        return [...seen].sort();
    }

    /** Those fire and no other; when it is over, none. */
    async function causes(wanted: string[], fault: () => Promise<unknown>, end: () => Promise<unknown>): Promise<void> {
        await fault();
        // Once all of them have been seen, what should not be gets as long again as it takes to be noticed.
        const seen = await firingWithin(PATIENCE_SECONDS, wanted.length);
        const later = await firingWithin(20);
        await end();
        assert.deepEqual([...new Set([...seen, ...later])].sort(), [...wanted].sort());
        const deadline = Date.now() + PATIENCE_SECONDS * 1000;
        while ((await firing()).length > 0) {
            assert.ok(Date.now() < deadline, `it goes on: ${(await firing()).join(", ")}`);
            await seconds(1);
        }
    }

    const at = (name: string, ...of: string[]): string[] => of.map((host) => `${name} ${host}:9100`);

    it("says nothing in peace", async () => {
        assert.deepEqual(await firingWithin(60), []);
    });

    it("says that an API server is down, as each host sees it", async () => {
        const { name } = instance.apiServers[1]!;
        await causes(
            at("HaApiServerDown", ...hosts),
            () => stopApiServer(instance, name),
            () => startApiServer(instance, name),
        );
    });

    it("says that few API servers are left", async () => {
        const down = instance.apiServers.slice(0, 2).map(({ name }) => name);
        await causes(
            [...at("HaApiServerDown", ...hosts), ...at("HaApiFewServers", ...hosts)],
            async () => Promise.all(down.map((name) => stopApiServer(instance, name))),
            async () => Promise.all(down.map((name) => startApiServer(instance, name))),
        );
    });

    it("says that the master's proxy is down, and that the host cannot take the VIP", async () => {
        const { address } = await waitForSingleMaster();
        await causes(
            [...at("HaApiProxyDown", address), ...at("HaApiFault", address)],
            () => onHost(address, "sudo systemctl stop nginx"),
            () => onHost(address, "sudo systemctl start nginx"),
        );
    });

    it("says that keepalived is down on a host", async () => {
        const { address } = await waitForSingleMaster();
        await causes(
            at("HaApiKeepalivedDown", address),
            () => onHost(address, "sudo systemctl stop keepalived"),
            () => onHost(address, "sudo systemctl start keepalived"),
        );
    });

    it("says that a host is silent whose power was cut", async () => {
        const { address } = await waitForSingleMaster();
        const machine = existingMachines.find((each) => each.address === address)!;
        await causes(
            at("HaApiHostSilent", address),
            () => nspawnHypervisor(instance).stop(machine.id),
            () => powerOn(machine),
        );
    });
});
