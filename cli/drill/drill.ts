/** `npm run drill`: breaks the set-up on purpose, one fault at a time, and reports what clients noticed. */
import { access, constants, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { inspectHosts } from "../../components/inspection/inspector";
import { part, say } from "../../tools/progress";
import { Finding, UserError } from "../../tools/run";
import { describeProbe, probeSetting } from "./probeSetting";
import { type FaultRun } from "./figures";
import { healthOf } from "./preflight";
import { WatchedHost } from "./hosts/watchedHost";
import { type Options, readOptions } from "./options";
import { type Planned, planned, planText } from "./plan";
import { reportOf } from "./report/report";
import { svgOf } from "./report/svg";
import { tableText } from "./report/table";
import { runFault, type DrillRun } from "./runFault";
import { type DrillTarget, targetOf } from "./target";

export async function drill(words: string[]): Promise<void> {
    const options = readOptions(words);
    await Promise.all([options.json, options.svg].map(mustBeWritable));
    const target = await targetOf(options);
    const { deployment } = target;
    const context = { vip: deployment.vip, hosts: deployment.hosts.map(({ name }) => name), options };
    if (options.dryRun) {
        const { where, watches, trust } = await describeProbe(target, options);
        say(planText(planned(options, target), { ...context, client: where, watches, trust }));
        say("A dry run: no host was contacted, nothing was done.");
        return;
    }
    const inspected = await inspectHosts(deployment, target.privateKey);
    const { problems, warnings, master } = healthOf(deployment, inspected);
    if (problems.length > 0 || master === undefined) {
        throw new Finding(
            "No fault is injected: the set-up is not " +
                `healthy.\n${problems.map((problem) => `  - ${problem}`).join("\n")}\nMore: npm run ` +
                `status${options.stack === undefined ? "" : ` -- --stack ${options.stack}`}`,
        );
    }
    for (const warning of warnings) say(`Note: ${warning}`);
    const probe = await probeSetting(target, options, inspected);
    // However this ends: a kubeconfig may be among its files.
    process.once("exit", () => probe.remove());
    const client = { where: probe.placement.description, watches: probe.watches, trust: probe.trust };
    const hosts = deployment.hosts.map((host) => new WatchedHost(deployment, host, target.privateKey));
    try {
        await Promise.all(hosts.map((host) => host.connect()));
        const plan = planned(options, target, await hostsWithoutNft(hosts));
        say(planText(plan, { ...context, ...client, client: client.where, master }));
        const faults = plan.filter(({ obstacle }) => obstacle === undefined);
        if (faults.length === 0)
            throw new Finding("There is nothing to do: none of these faults can be injected here.");
        await confirm(options, faults.length * options.runs);
        const { runs, interrupted } = await runAll(faults, options, { target, probe, hosts, holdMs: options.holdMs });
        await report(options, target, plan, runs, client);
        if (interrupted) process.exitCode = 130;
        else if (runs.some((run) => run.problems.length > 0) || runs.length < faults.length * options.runs)
            process.exitCode = 1;
    } finally {
        for (const host of hosts) host.drop();
    }
}

async function hostsWithoutNft(hosts: WatchedHost[]): Promise<string[]> {
    const answers = await Promise.all(
        hosts.map((host) => host.bash("command -v nft > /dev/null && echo yes || echo no")),
    );
    return hosts.filter((_host, index) => answers[index]!.trim() !== "yes").map(({ name }) => name);
}

/**
 * Every fault once, then every fault again: a slow spell falls on all of them. Ends at the first that leaves the set-up
 * unhealthy.
 */
async function runAll(
    plan: Planned[],
    options: Options,
    drill: Omit<DrillRun, "signal">,
): Promise<{ runs: FaultRun[]; interrupted: boolean }> {
    const stop = new AbortController();
    const interrupt = (): void => {
        if (stop.signal.aborted) {
            say(
                "\nAborted. Timers on the hosts will revert injected faults; a VM that was powered off stays off. " +
                    "Check with: npm run status",
            );
            process.exit(130);
        }
        say("\nInterrupted: injected faults are reverted first. Interrupt again to abort at once.");
        stop.abort();
    };
    // Closing the terminal interrupts the drill too.
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    for (const signal of signals) process.on(signal, interrupt);
    const runs: FaultRun[] = [];
    try {
        for (let run = 1; run <= options.runs; run++) {
            for (const { fault } of plan) {
                const which = options.runs === 1 ? fault.title : `${fault.title}, ${run} of ${options.runs}`;
                const done = await part(which, () => runFault(fault, run, { ...drill, signal: stop.signal }));
                runs.push(done);
                if (done.problems.length > 0) {
                    say(`Not as it should be: ${done.problems.join("; ")}. No further fault is injected.`);
                    return { runs, interrupted: false };
                }
            }
        }
    } catch (error) {
        // What the interruption itself throws is no news; that something could not be restored is.
        if (!stop.signal.aborted || (error as Error).name !== "AbortError")
            say(`The drill ends here: ${(error as Error).message}`);
        return { runs, interrupted: stop.signal.aborted };
    } finally {
        for (const signal of signals) process.off(signal, interrupt);
    }
    return { runs, interrupted: false };
}

async function report(
    options: Options,
    target: DrillTarget,
    plan: Planned[],
    runs: FaultRun[],
    client: { where: string; watches: string; trust: string },
): Promise<void> {
    const whole = reportOf(target.deployment, options, plan, runs, client);
    const table = tableText(whole);
    if (options.json === "-") say(table);
    else process.stdout.write(`${table}\n`);
    const json = `${JSON.stringify(whole, undefined, 2)}\n`;
    if (options.json === "-") process.stdout.write(json);
    else if (options.json !== undefined) await writeFile(options.json, json);
    if (options.svg !== undefined && runs.length > 0) await writeFile(options.svg, svgOf(target.deployment.vip, runs));
}

async function confirm({ yes }: Options, count: number): Promise<void> {
    if (yes) return;
    if (!process.stdin.isTTY)
        throw new UserError(
            "Nothing was changed: no terminal to confirm on. Pass --yes to skip the confirmation, or --dry-run to " +
                "see the plan alone.",
        );
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await terminal.question(
        `${count === 1 ? "This fault" : `These ${count} faults`} will be injected now. Go on? Type "yes": `,
    );
    terminal.close();
    if (answer.trim() !== "yes") throw new UserError("Nothing was changed.");
}

/** Found out before the drill, not after it. */
async function mustBeWritable(file: string | undefined): Promise<void> {
    if (file === undefined || file === "-") return;
    await access(dirname(resolve(file)), constants.W_OK).catch(() => {
        throw new UserError(`${file} cannot be written: its folder does not exist or is not yours.`);
    });
}
