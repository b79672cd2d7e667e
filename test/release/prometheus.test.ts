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
import { stringify } from "yaml";
import { startApiServer, stopApiServer } from "../../proving-ground/lab/apiserver/apiServers";
import { projectFolder } from "../../tools/cache";
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
    waitForSingleMaster,
} from "../lab/stack/support";
import { programOfPrometheus } from "../prometheus";

const TIMES_SHORTER = 4;
/** Of this machine, where nobody else asks. */
const LISTEN = "127.0.0.1:19090";
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

describe("Prometheus, which watches a pair", function () {
    this.timeout(400_000);
    this.bail(true);
    const stack = new Stack("test-prometheus");
    const hosts = existingMachines.map(({ address }) => address);
    const folder = mkdtempSync(join(tmpdir(), "ha-api-prometheus-"));
    let prometheus: ChildProcess | undefined;

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        await stack.create({ ...twoExistingMachines(), metrics: { enabled: true } });
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
                ],
            }),
        );
        prometheus = spawn(
            programOfPrometheus("prometheus"),
            [
                `--config.file=${join(folder, "prometheus.yml")}`,
                `--storage.tsdb.path=${join(folder, "data")}`,
                `--web.listen-address=${LISTEN}`,
                "--log.level=warn",
            ],
            { stdio: ["ignore", "ignore", "inherit"] },
        );
        await seconds(10);
    });
    after(async () => {
        if (prometheus?.exitCode === null) {
            prometheus.kill();
            await once(prometheus, "close");
        }
        rmSync(folder, { recursive: true, force: true });
        for (const { name } of instance.apiServers) await startApiServer(instance, name);
        await stack.remove();
        await stopExistingMachines(existingMachines);
    });

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
            () => stopExistingMachines([machine]),
            () => powerOn(machine),
        );
    });
});
