/** One fault, from a healthy set-up to a healthy set-up. */
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "../../tools/progress";
import { now } from "../../shared/probe/settings";
import { type RunningProbe, startProbe } from "../../shared/probe/start";
import type { ProbeSetting } from "./probeSetting";
import type { Fault } from "../../shared/faults/fault";
import {
    type FaultInjector,
    type FaultTarget,
    injectFault,
    type PowerControl,
    revertFault,
    targetName,
} from "../../shared/faults/injector";
import { type FaultRun, movesOf, returnOf } from "./figures";
import { health, type Health } from "./preflight";
import type { WatchedHost } from "./hosts/watchedHost";
import { SshInjector } from "./sshInjector";
import type { DrillTarget } from "./target";

/** Milliseconds. */
const BEFORE_MS = 1500;
const AFTER_MS = 1500;
/** A VM may take its time to boot. */
const HEALTHY_WITHIN_MS = 300_000;
/** client-go notices a connection that died in silence after 45 s. */
const WATCHES_WITHIN_MS = 60_000;
/** A client that is answered for so long is answered. */
const STEADY_MS = 1500;
/** Revert a fault early when no request has succeeded for this long: a total outage was not expected. */
const SILENCE_MS = 5000;

export interface DrillRun {
    target: DrillTarget;
    probe: ProbeSetting;
    hosts: WatchedHost[];
    holdMs: number;
    /** Aborted when the drill is interrupted: the fault is reverted, and nothing more is done. */
    signal: AbortSignal;
}

/** Throws when the fault cannot be injected, or the drill was interrupted; in either case what was done is reverted. */
export async function runFault(fault: Fault, run: number, drill: DrillRun): Promise<FaultRun> {
    const { target, hosts, holdMs, signal } = drill;
    const before = await health(target.deployment, target.privateKey);
    if (before.problems.length > 0 || before.master === undefined)
        throw new Error(`it is not healthy: ${before.problems.join("; ")}`);
    await Promise.all(
        hosts.map(async (host) => (host.connected ? host.forget().catch(() => host.connect()) : host.connect())),
    );
    const moments: number[] = [];
    const faultTarget: FaultTarget = {
        master: before.master,
        server: target.deployment.inspection.apiServers[0]!,
        apiServers: target.deployment.inspection.apiServers,
    };
    const injector = injectorOf(drill, moments);
    const limitMs = BEFORE_MS + holdMs + HEALTHY_WITHIN_MS + WATCHES_WITHIN_MS + 60_000;
    const probe = await startProbe({ ...drill.probe.settings, limitMs }, drill.probe.placement.prefix);
    let ended = false;
    const end = async (): ReturnType<RunningProbe["end"]> => {
        ended = true;
        return probe.end();
    };
    try {
        await sleep(BEFORE_MS, undefined, { signal });
        await checkAgain(hosts, faultTarget.master, probe);
        const asked = now();
        let restored: number | undefined;
        let silent: string[] = [];
        try {
            silent = await injectAndHold(() => injectFault(fault, faultTarget, injector), fault, drill, probe);
        } finally {
            restored = now();
            await revert(fault, () => revertFault(fault, faultTarget, injector));
        }
        const { problems } = await healthyAgain(drill, probe);
        await sleep(AFTER_MS, undefined, { signal });
        const seen = await end();
        const records = hosts.map((host) => host.recorded());
        const injectedAt = moments.length > 0 ? Math.min(...moments) : asked;
        const moves = movesOf(records, faultTarget.master, injectedAt);
        const moved =
            fault.expectsNoFailover === true
                ? moves.map(({ from, to }) => `the VIP moved from ${from} to ${to}, and should have stayed`)
                : [];
        return {
            fault,
            run,
            master: faultTarget.master,
            injectedAt,
            endedAt: now(),
            seen,
            records,
            problems: [...silent, ...problems, ...moved],
            target: targetName(fault, faultTarget),
            returnedAt:
                fault.recovery === "reverted"
                    ? restored
                    : returnOf(
                          fault,
                          records.find(({ host }) => host === faultTarget.master),
                          injectedAt,
                          holdMs,
                      ),
        };
    } finally {
        if (!ended) await end().catch(() => undefined);
    }
}

function injectorOf({ target, hosts, holdMs }: DrillRun, moments: number[]): FaultInjector {
    const hostOf = (name: string): WatchedHost => hosts.find((host) => host.name === name)!;
    const { deployment, power, controlPlane } = target;
    return new SshInjector({
        hosts: deployment.hosts,
        proxyService: deployment.inspection.proxyService,
        holdMs,
        controlPlane,
        power: typeof power === "string" ? power : forgetting(power, (name) => hostOf(name).lose()),
        async bash(name, text, limitMs) {
            const host = hostOf(name);
            // It may have lost its connection together with everything else.
            if (!host.connected) await host.connect();
            const output = await host.bash(text, limitMs === undefined ? {} : { limitMs });
            const at = /^at ([\d.]+)$/m.exec(output)?.[1];
            if (at !== undefined) moments.push(Number(at) * 1000 - host.clockOffset());
            return output;
        },
    });
}

/** A host without power does not answer any more, and need not be waited for. */
function forgetting(power: PowerControl, lose: (host: string) => void): PowerControl {
    return {
        on: (host) => power.on(host),
        off: async (host) => {
            await power.off(host);
            lose(host);
        },
    };
}

/** Inspects the hosts again: since the set-up was found healthy, the host that could take over may have failed. */
async function checkAgain(hosts: WatchedHost[], master: string, probe: RunningProbe): Promise<void> {
    const seen = await Promise.all(hosts.map(async (host) => ({ name: host.name, ...(await host.now()) })));
    const unfit = seen.filter(({ name, held, state }) =>
        name === master ? !held || state !== "MASTER" : held || state !== "BACKUP",
    );
    const { lastGood = 0, lastBad = 0 } = probe.status();
    const problems = [
        ...unfit.map(
            ({ name, held, state }) =>
                `${name} is ${state === "" ? "of no known state" : state}${held ? " and holds the VIP" : ""}`,
        ),
        ...(now() - lastGood > 1000 || now() - lastBad < 1000 ? ["not every new connection is answered"] : []),
    ];
    if (problems.length > 0) throw new Error(`it was healthy a moment ago and is not now: ${problems.join("; ")}`);
}

/**
 * A host that is cut off answers only when that is over; a host that shuts down may not answer at all. Ends early, and
 * says so, when nothing is answered and the drill can end that.
 */
async function injectAndHold(
    inject: () => Promise<void>,
    fault: Fault,
    { holdMs, signal }: DrillRun,
    probe: RunningProbe,
): Promise<string[]> {
    const injected = inject();
    if (fault.losesHost === true && fault.needs !== "power") injected.catch(() => undefined);
    else if (fault.recovery === "timer") await Promise.race([injected, sleep(holdMs + 1000, undefined, { signal })]);
    else await injected;
    const until = now() + holdMs;
    while (now() < until) {
        await sleep(Math.min(200, Math.max(1, until - now())), undefined, { signal });
        const silentMs = now() - (probe.status().lastGood ?? 0);
        if (silentMs > SILENCE_MS && fault.expectsOutage !== true && fault.recovery === "reverted")
            return [`no request was answered for ${(silentMs / 1000).toFixed(0)} s, so the fault was reverted early`];
    }
    return [];
}

async function revert({ title }: Fault, attempt: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries++) {
        try {
            await attempt();
            return;
        } catch (error) {
            if (tries === 5)
                throw new Error(
                    `${title} could not be reverted: ${(error as Error).message}. What was done on a host ` +
                        "ends by the host's own timer",
                    { cause: error },
                );
            await sleep(1000);
        }
    }
}

/** Waits until every host is there again, one of them holds the VIP, the client is answered and its watches go on. */
async function healthyAgain({ target, hosts, signal }: DrillRun, probe: RunningProbe): Promise<Health> {
    const begin = now();
    let last: Health = { problems: ["a host is not there"], warnings: [] };
    let told = begin;
    while (now() - begin < HEALTHY_WITHIN_MS) {
        await Promise.all(hosts.filter((host) => !host.connected).map((host) => host.connect().catch(() => undefined)));
        const { lastGood = 0, lastBad = 0, watching } = probe.status();
        const steady = now() - lastBad > STEADY_MS && now() - lastGood < 1000;
        const watched = watching.every(Boolean) || now() - begin > WATCHES_WITHIN_MS;
        const away = hosts.filter((host) => !host.connected || !host.heardWithin(2000)).map(({ name }) => name);
        if (away.length === 0 && steady && watched) {
            last = await health(target.deployment, target.privateKey);
            if (last.problems.length === 0) return last;
        } else {
            last = { problems: [notReady(away, steady)], warnings: [] };
        }
        if (now() - told > 15_000) {
            told = now();
            say(`    waiting: ${last.problems.join("; ")}`);
        }
        await sleep(500, undefined, { signal });
    }
    return last;
}

function notReady(away: string[], steady: boolean): string {
    if (away.length > 0) return `${away.join(" and ")} cannot be reached`;
    return steady ? "a watch has no events" : "new connections fail";
}
