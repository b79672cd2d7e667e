/**
 * `npm run drill` on a stack of two VMs, as its owner runs it: what it leaves behind matters here, not how long
 * anything took.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { FaultReport, Report } from "../../../cli/drill/report/report";
import { readyz } from "../../../proving-ground/lab/apiserver/readyz";
import { projectFolder } from "../../../tools/cache";
import { itBeforeRelease } from "../../breadth";
import { needsLab } from "../machines/support";
import { address, instance, onHost, waitForSingleMaster, seconds, Stack, twoVirtualMachines } from "./support";

const hosts = [101, 102].map(address);

describe("a drill", function () {
    this.timeout(300_000);
    const stack = new Stack("test-drill");
    let folder: string;
    const command = (...args: string[]): string[] => ["tools/bootstrap.cjs", "drill", "--stack", stack.name, ...args];
    const environment = (): NodeJS.ProcessEnv => ({ ...process.env, ...stack.environment });

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        folder = await mkdtemp(join(tmpdir(), "ha-api-drill-test-"));
        await stack.create(twoVirtualMachines());
        await stack.up();
        await Promise.all(
            hosts.map((host) => onHost(host, "command -v nft || sudo apt-get install --yes --quiet nftables", 120_000)),
        );
    });
    after(async () => {
        await stack.remove();
        await rm(folder, { recursive: true, force: true });
    });

    async function drill(...args: string[]): Promise<{ status: number; output: string; report: Report; svg: string }> {
        const [json, svg] = ["report.json", "picture.svg"].map((name) => join(folder, name)) as [string, string];
        await Promise.all([json, svg].map((file) => rm(file, { force: true })));
        const { status, output } = await promisify(execFile)(
            process.execPath,
            command("--yes", "--json", json, "--svg", svg, ...args),
            { cwd: projectFolder, env: environment(), timeout: 280_000 },
        ).then(
            ({ stdout, stderr }) => ({ status: 0, output: stdout + stderr }),
            ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
                status: code,
                output: stdout + stderr,
            }),
        );
        return {
            status,
            output,
            report: JSON.parse(await readFile(json, "utf8")) as Report,
            svg: await readFile(svg, "utf8"),
        };
    }

    /** No timer, no packet filter and no watching program is left, and no process is stopped. */
    async function nothingIsLeft(): Promise<void> {
        const look =
            "systemctl list-units --all --no-legend 'ha-api-drill*'; sudo nft list tables | grep " +
            "ha_api_drill; pgrep --full '[j]ournalctl .*--follow'; ps -eo stat=,comm= | grep -E " +
            "'^T.*(nginx|keepalived)'; true";
        for (const host of hosts) {
            // What watched ends by itself when its connection does.
            for (let tries = 0; tries < 10 && (await onHost(host, look)) !== ""; tries++) await seconds(0.5);
            assert.equal(await onHost(host, look), "", host);
        }
        for (const server of instance.apiServers)
            assert.equal(await readyz(instance, server.address), "ok", server.name);
    }

    /** Injects one fault, and checks what must be so after any. */
    async function one(name: string, ...more: string[]): Promise<FaultReport> {
        const before = (await waitForSingleMaster()).name;
        const { status, output, report, svg } = await drill("--fault", name, "--hold", "4", ...more);
        assert.equal(status, 0, output);
        assert.equal(report.healthy, true, output);
        const [fault] = report.faults;
        assert.equal(report.faults.length, 1);
        const [run] = fault!.runs;
        assert.deepEqual([fault!.name, run!.master], [name, before]);
        assert.ok(run!.outage.requests + run!.return.requests > 100, `the client was too slow to tell: ${output}`);
        assert.ok(
            svg.includes(`${fault!.title.replaceAll("'", "&apos;")}: `) && svg.trimEnd().endsWith("</svg>"),
            "the picture is whole",
        );
        // The last master according to the hosts' own records holds it now, alone.
        const last = run!.holds.filter(({ to }) => to > run!.ended - 1000).map(({ host }) => host);
        assert.deepEqual(last, [(await waitForSingleMaster()).name], JSON.stringify(run!.holds));
        await nothingIsLeft();
        return fault!;
    }

    const movedFrom = (fault: FaultReport): void => {
        const { moves, master } = fault.runs[0]!;
        assert.equal(moves[0]?.from, master, JSON.stringify(moves));
        assert.notEqual(moves[0]?.to, master);
    };

    it("hands the VIP over", async () => movedFrom(await one("switchover")));

    itBeforeRelease("kills keepalived, and it comes back", async () => {
        const { runs } = await one("keepalived-killed");
        assert.ok(
            runs[0]!.changes.some(({ host, text }) => host === runs[0]!.target && text.startsWith("keepalived killed")),
            JSON.stringify(runs[0]!.changes),
        );
    });

    itBeforeRelease("kills the proxy: the host goes to FAULT and the VIP moves", async () => {
        const fault = await one("proxy-killed");
        movedFrom(fault);
        assert.ok(
            fault.runs[0]!.changes.some(({ host, text }) => host === fault.runs[0]!.target && text === "FAULT"),
            JSON.stringify(fault.runs[0]!.changes),
        );
    });

    it("hangs the proxy: its check fails, the VIP moves, and the proxy is resumed", async () =>
        movedFrom(await one("proxy-hung")));

    it("cuts the power of the host: there is no word from it, and it comes back without the VIP", async () => {
        const fault = await one("host-powered-off");
        movedFrom(fault);
        const [run] = fault.runs;
        assert.ok(
            run!.outage.failed + run!.outage.delayed > 0 && run!.outage.longestGap > 0,
            "no other host holds the VIP before the host is missed",
        );
        assert.notEqual((await waitForSingleMaster()).name, run!.target);
    });

    it("cuts the network of the host, which the host's own timer ends", async () => {
        const fault = await one("network-cut");
        movedFrom(fault);
        assert.ok(
            fault.runs[0]!.changes.some(({ text }) => text === "the host reverted the fault"),
            JSON.stringify(fault.runs[0]!.changes),
        );
    });

    it("loses VRRP between the hosts: a split-brain for as long as it lasts, and one master afterwards", async () => {
        const { runs } = await one("vrrp-lost");
        assert.ok(runs[0]!.splitBrain > 1000 && runs[0]!.splitBrain < runs[0]!.ended, JSON.stringify(runs[0]!.holds));
    });

    itBeforeRelease("hangs one API server, and the VIP stays", async () =>
        assert.deepEqual((await one("api-server-hung")).runs[0]!.moves, []),
    );

    it("loses 2 % of the packets from and to API servers: no request fails and no server is left out", async () => {
        const { runs } = await one("packets-lost");
        assert.deepEqual(
            [runs[0]!.moves, runs[0]!.outage.failed, runs[0]!.return.failed],
            [[], 0, 0],
            JSON.stringify(runs[0]),
        );
        for (const host of hosts) assert.equal(await onHost(host, "ls /run/ha-api/nginx"), "");
    });

    it("lets all API servers refuse, and they are used as soon as they are back", async () => {
        const { runs } = await one("all-api-servers-refuse");
        assert.deepEqual(runs[0]!.moves, []);
        assert.ok(runs[0]!.outage.failed > 100, JSON.stringify(runs[0]!.outage));
        assert.ok(runs[0]!.return.longestGap < 1000, JSON.stringify(runs[0]!.return));
    });

    itBeforeRelease("takes all API servers down: nothing answers, and the VIP stays where it is", async () => {
        const { runs } = await one("all-api-servers-down");
        assert.deepEqual(runs[0]!.moves, []);
        assert.ok(runs[0]!.outage.failed > 100, JSON.stringify(runs[0]!.outage));
    });

    it("restores what it broke when it is interrupted", async () => {
        await waitForSingleMaster();
        const child = spawn(
            process.execPath,
            ["--import", "tsx", "cli/main.ts", ...command("--yes", "--fault", "vrrp-lost", "--hold", "60").slice(1)],
            { cwd: projectFolder, env: environment(), stdio: ["ignore", "ignore", "pipe"] },
        );
        let output = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
        for (;;) {
            const found = await Promise.all(hosts.map((host) => onHost(host, "sudo nft list tables")));
            if (found.some((tables) => tables.includes("ha_api_drill"))) break;
            assert.equal(child.exitCode, null, output);
        }
        child.kill("SIGINT");
        const status = await new Promise((resolve) => child.once("close", resolve));
        assert.equal(status, 130, output);
        await nothingIsLeft();
        await waitForSingleMaster();
    });

    it("leaves a set-up alone that is not healthy", async () => {
        const master = await waitForSingleMaster();
        const other = hosts.find((host) => host !== master.address)!;
        await onHost(other, "sudo systemctl stop keepalived");
        try {
            const refused = await promisify(execFile)(process.execPath, command("--yes"), {
                cwd: projectFolder,
                env: environment(),
            }).then(
                () => "",
                ({ stderr }: { stderr: string }) => stderr,
            );
            assert.match(refused, /No fault is injected: the set-up is not healthy\.\n[\s\S]*keepalived is inactive/);
        } finally {
            await onHost(other, "sudo systemctl start keepalived");
        }
        assert.equal((await waitForSingleMaster()).name, master.name);
    });
});
