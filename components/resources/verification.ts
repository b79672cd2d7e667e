/**
 * The end of a deployment: inspects the hosts, and fails the deployment when they are not as they should be.
 *
 * That every step succeeded means that each host was healthy at its turn; this checks that all of them are now,
 * together, also after a deployment that had nothing to do.
 *
 * The outputs do not wait for what is seen: they say what was deployed, which is so either way, and what comes after
 * needs them most when something is wrong. A failure is a resource that cannot be created:
 * docs/decisions/0022-verification-fails-as-a-resource.md.
 */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "../inspection/expectation";
import { evaluate, reportsOf, statements, type Verdict } from "../inspection/evaluate";
import { inspectHosts, type InspectionResult } from "../inspection/inspector";
import type { VipOutput } from "../inspection/output";
import { type HostReport, listed } from "../inspection/rule";
import { hostsHolding, vipReports } from "../inspection/vipRules";

export interface VerificationSettings {
    deployment: pulumi.Output<Deployment>;
    enabled: pulumi.Output<boolean>;
    privateKey: pulumi.Output<string>;
    /** Known when the hosts are configured. */
    after: pulumi.Input<unknown>[];
}

/** After a change the VIP, and what neighbours know of it, may take a moment to settle. */
const SETTLE_MS = 15_000;
const PAUSE_MS = 1000;
const SENDING_MS = 200;

const FAILED = `The hosts were configured, but verification failed (retried for up to ${SETTLE_MS / 1000} s)`;
const GO_ON =
    "\nAll outputs are saved: `npm run status` shows more. `pulumi up` verifies again; the input verify: " +
    "false leaves this out.";

/** The side effects of a verification; tests pass others. */
export interface VerificationEffects {
    inspect: typeof inspectHosts;
    sleep(milliseconds: number): Promise<void>;
    now(): number;
    info(message: string, resource: pulumi.Resource): Promise<void>;
    warn(message: string, resource: pulumi.Resource): Promise<void>;
}

const REAL_EFFECTS: VerificationEffects = {
    inspect: inspectHosts,
    sleep: (milliseconds) => sleep(milliseconds),
    now: () => Date.now(),
    info: (message, resource) => pulumi.log.info(message, resource),
    warn: (message, resource) => pulumi.log.warn(message, resource),
};

/** One verification under way: whose it is, and by what means it acts. */
interface Context {
    name: string;
    resource: pulumi.Resource;
    effects: VerificationEffects;
}

/**
 * What the end of every deployment verifies, in a text that is the same at every run, so that a preview does not show a
 * change where there is none; known when all hosts are configured. Who holds the VIP, and since when, goes to the log.
 */
export function verification(
    name: string,
    { deployment, enabled, privateKey, after }: VerificationSettings,
    resource: pulumi.Resource,
    effects: VerificationEffects = REAL_EFFECTS,
): pulumi.Output<string[]> {
    // What a step says is secret because its connection is; here it only says that the step is done.
    const configured = pulumi.unsecret(pulumi.all(after)).apply(() => true);
    if (!pulumi.runtime.isDryRun()) {
        pulumi
            .all([deployment, enabled, privateKey, pulumi.output(pulumi.isSecret(deployment)), configured])
            .apply(([plain, wanted, key, secret]) =>
                wanted ? inspectAndReport({ name, resource, effects }, plain, key, secret) : undefined,
            );
    }
    return pulumi.all([deployment, enabled, configured]).apply(([plain, wanted]) => (wanted ? statements(plain) : []));
}

async function inspectAndReport(
    context: Context,
    deployment: Deployment,
    privateKey: string,
    secret: boolean,
): Promise<void> {
    // Where the component runs in a plugin its construction, which nothing else keeps, would end before.
    const done = pulumi.runtime.rpcKeepAlive();
    try {
        const failure = await verify(context, deployment, privateKey, secret).catch(
            (error: Error) => `The hosts could not be inspected: ${error.message}`,
        );
        if (failure !== undefined) await fail(context, failure);
    } finally {
        done();
    }
}

/**
 * A resource that the engine cannot create, with the message as its error. The engine leaves it out where it creates
 * nothing, in `destroy` and `refresh` with `--run-program`: what is wrong with the hosts is a warning there.
 */
async function fail({ name, resource, effects }: Context, message: string): Promise<void> {
    await outputsAreSaved(effects);
    const failed = new command.local.Command(
        `${name}-verification`,
        {
            create: "process.stderr.write(process.env.SEEN); process.exitCode = 1",
            interpreter: [process.execPath, "-e"],
            environment: { SEEN: `${message}${GO_ON}` },
            logging: "none",
        },
        { parent: resource },
    );
    const leftOut = await (failed.urn as unknown as { promise(withUnknowns: boolean): Promise<unknown> })
        .promise(true)
        .then(
            () => true,
            () => false,
        );
    if (leftOut) await effects.warn(message, resource);
}

/**
 * Until the engine has what the program exports: after a failure it takes nothing more. In a plugin, the program
 * is another process's.
 */
async function outputsAreSaved(effects: VerificationEffects): Promise<void> {
    const outputs = pulumi.runtime.getStackResource()?.outputs as unknown as
        { promise(withUnknowns: boolean): Promise<unknown> } | undefined;
    if (outputs === undefined) return;
    await outputs.promise(true).catch(() => undefined);
    // They are known, and on their way.
    await effects.sleep(SENDING_MS);
}

/**
 * Looks until all is healthy or time is up; comes back with every failed check. `secret`: nothing of what was seen may
 * be told.
 */
async function verify(
    context: Context,
    deployment: Deployment,
    privateKey: string,
    secret: boolean,
): Promise<string | undefined> {
    const { effects } = context;
    const deadline = effects.now() + SETTLE_MS;
    for (;;) {
        const results = await effects.inspect(deployment, privateKey);
        const verdict = evaluate(deployment, results);
        if (verdict.passed) {
            if (!secret) await report(context, deployment, results, verdict);
            return undefined;
        }
        const hopeless = results.some(({ transient }) => transient === false);
        if (hopeless || effects.now() + PAUSE_MS >= deadline) return secret ? withheld(verdict) : failureText(verdict);
        await effects.sleep(PAUSE_MS);
    }
}

async function report(
    { resource, effects }: Context,
    deployment: Deployment,
    results: InspectionResult[],
    { checks }: Verdict,
): Promise<void> {
    for (const { problems } of checks.filter(({ passed }) => !passed)) {
        for (const problem of problems) await effects.warn(`Not verified: ${problem}.`, resource);
    }
    await effects.info(successText(deployment, results), resource);
}

/** Every failed check with what was seen. */
export function failureText({ checks }: Verdict): string {
    const failed = checks.filter(({ passed, warning }) => !passed && !warning);
    const lines = failed.flatMap(({ statement, problems }) => [
        `  - Check failed: ${statement}`,
        ...problems.map((problem) => `      ${problem}`),
    ]);
    return `${FAILED}:\n${lines.join("\n")}`;
}

/** The same where inputs are marked as secret, from which what was seen could be told. */
function withheld({ checks }: Verdict): string {
    const count = checks.filter(({ passed, warning }) => !passed && !warning).length;
    return (
        `${FAILED}. What is wrong, in ${count === 1 ? "one check" : `${count} checks`}, is not shown here, ` +
        "since some inputs are secrets."
    );
}

/** `vrrp2 holds 10.30.100.100 (MASTER since ..., bc:24:...), vrrp1 is BACKUP; inspected in 0.5 s.` */
export function successText({ inspection: { vips, bgp } }: Deployment, results: InspectionResult[]): string {
    const reports = reportsOf(results);
    const all = listed(reports.map(({ host }) => host));
    const held = vips.map((vip) => (bgp === undefined ? whoHolds(reports, vip) : `${all} announce ${vip.address}`));
    const slowest = Math.max(...results.map(({ took }) => took));
    return `Verified: ${held.join("; ")}; inspected in ${(slowest / 1000).toFixed(1)} s.`;
}

function whoHolds(reports: HostReport[], vip: VipOutput): string {
    const [master] = hostsHolding(reports, vip);
    const others = vipReports(reports, vip)
        .filter(({ host }) => host !== master?.host)
        .map(({ host, vrrp }) => `, ${host} is ${vrrp?.state ?? "unknown"}`);
    const since = new Date((master?.vrrp?.since ?? 0) * 1000).toISOString();
    const who = `${master?.host ?? "no host"} holds ${vip.address}`;
    return `${who} (MASTER since ${since}, ${master?.holds?.mac ?? ""})${others.join("")}`;
}
