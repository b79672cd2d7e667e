/**
 * The end of a deployment: looks at the hosts, and fails the deployment when they are not as they should be.
 *
 * That every step succeeded says that each host was well when it was its turn; this says that all of them are now, together, also after a
 * deployment that had nothing to do.
 */
import * as pulumi from "@pulumi/pulumi";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "./inspection/expectation";
import { inspectHosts, type Seen } from "./inspection/inspector";
import { holders, judge, type Judgement, statements } from "./inspection/judge";

export interface VerificationSettings {
    deployment: pulumi.Output<Deployment>;
    enabled: pulumi.Output<boolean>;
    privateKey: pulumi.Output<string>;
    /** Known when the hosts are configured. */
    after: pulumi.Input<unknown>[];
}

/** After a change the VIP, and what neighbours know of it, may take a moment to come to rest. */
const SETTLE_MS = 15_000;
const PAUSE_MS = 1000;

/** Everything this module does to the world, for tests to do otherwise. */
export const world = {
    inspect: inspectHosts,
    sleep: (milliseconds: number): Promise<void> => sleep(milliseconds),
    now: (): number => Date.now(),
    info: (message: string, resource: pulumi.Resource): Promise<void> => pulumi.log.info(message, resource),
    warn: (message: string, resource: pulumi.Resource): Promise<void> => pulumi.log.warn(message, resource),
};

/**
 * What was verified, in words that are the same at every run: since only a deployment that passes comes to its end, a preview can say them
 * beforehand, and does not show a change where there is none. Who holds the VIP, and since when, goes to the log.
 */
export function verification({ deployment, enabled, privateKey, after }: VerificationSettings, resource: pulumi.Resource): pulumi.Output<string[]> {
    const verified = pulumi.all([deployment, enabled, privateKey, pulumi.all(after)]).apply(async ([plain, wanted, key]) => {
        if (!wanted) return [];
        if (!pulumi.runtime.isDryRun()) await verify(plain, key, resource);
        return statements(plain);
    });
    // The private key made it secret; nothing of the key is in it.
    return pulumi.unsecret(verified);
}

/** Looks until all is well or time is up; throws with every failed check. */
async function verify(deployment: Deployment, privateKey: string, resource: pulumi.Resource): Promise<void> {
    const deadline = world.now() + SETTLE_MS;
    for (;;) {
        const seen = await world.inspect(deployment, privateKey);
        const judgement = judge(deployment, seen);
        if (judgement.passed) return tell(deployment, seen, judgement, resource);
        const hopeless = seen.some(({ passing }) => passing === false);
        if (hopeless || world.now() + PAUSE_MS >= deadline) throw forPeople(failureText(judgement));
        await world.sleep(PAUSE_MS);
    }
}

async function tell(deployment: Deployment, seen: Seen[], { checks }: Judgement, resource: pulumi.Resource): Promise<void> {
    for (const { problems } of checks.filter(({ passed }) => !passed)) {
        for (const problem of problems) await world.warn(`Not verified: ${problem}.`, resource);
    }
    await world.info(successText(deployment, seen), resource);
}

/** The message alone: the SDK would write before it that it was serialising outputs, and below it where in this file it was thrown. */
function forPeople(message: string): pulumi.RunError {
    const error = Object.assign(new pulumi.RunError(message), { stack: message });
    return Object.defineProperty(error, "message", { get: () => message, set: () => undefined });
}

/** Every failed check with what was seen. */
export function failureText({ checks }: Judgement): string {
    const failed = checks.filter(({ passed, warning }) => !passed && !warning);
    const lines = failed.flatMap(({ statement, problems }) => [`  - It is not so that ${statement}:`, ...problems.map((problem) => `      ${problem}`)]);
    return `The hosts are configured, and not as they should be (looked at for up to ${SETTLE_MS / 1000} s):\n${lines.join("\n")}\n` +
        "`npm run status` shows more; `pulumi up` verifies again; the input verify: false leaves this out.";
}

/** `vrrp2 holds 10.30.100.100 (MASTER for 3 min, bc:24:...), vrrp1 is BACKUP; looked at in 0.5 s.` */
export function successText({ vip }: Deployment, seen: Seen[]): string {
    const reports = seen.flatMap(({ host, inspection }) => (inspection === undefined ? [] : [{ host, inspection }]));
    const [holder] = holders(reports);
    const others = reports.filter(({ host }) => host !== holder?.host).map(({ host, inspection }) => `, ${host} is ${inspection.vrrp?.state ?? "unknown"}`);
    const since = (holder?.inspection.vrrp?.since ?? 0) * 1000;
    const slowest = Math.max(...seen.map(({ took }) => took));
    return `Verified: ${holder?.host ?? "nobody"} holds ${vip} (MASTER since ${new Date(since).toISOString()}, ${holder?.inspection.holds?.mac ?? ""})` +
        `${others.join("")}; looked at in ${(slowest / 1000).toFixed(1)} s.`;
}
