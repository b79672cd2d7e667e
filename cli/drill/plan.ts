/** Describes what a drill would do, before it does anything. */
import type { Fault } from "../../shared/faults/fault";
import { REVERT_UNIT } from "./hosts/hostScripts";
import { obstacle, type ObstacleContext } from "./obstacle";
import type { Options } from "./options";

export interface Planned {
    fault: Fault;
    /** Why it cannot be done here. */
    obstacle?: string;
}

export function planned(
    { faults, chosen }: Pick<Options, "faults" | "chosen">,
    context: ObstacleContext,
    withoutNft: string[] = [],
): Planned[] {
    return faults.map((fault) => {
        const why = obstacle(fault, context, withoutNft, chosen === "named");
        return why === undefined ? { fault } : { fault, obstacle: why };
    });
}

/** `watches` says how watches are held, `trust` whose certificate is believed. */
export interface PlanContext {
    vip: string;
    hosts: string[];
    options: Pick<Options, "runs" | "holdMs" | "chosen">;
    client: string;
    watches: string;
    trust: string;
    /** Known once the hosts have been inspected. */
    master?: string;
}

export function planText(
    plan: Planned[],
    { vip, hosts, options, client, watches, trust, master }: PlanContext,
): string {
    const possible = plan.filter((each) => each.obstacle === undefined);
    const seconds = options.holdMs / 1000;
    return [
        `A drill on ${vip}, in front of ${hosts.join(", ")}${master === undefined ? "" : `; ${master} holds it now`}.`,
        "",
        ...possible.map(
            ({ fault }, index) => `  ${index + 1}. ${fault.title}: ${fault.plan} (${lasts(fault, seconds)}).`,
        ),
        ...plan
            .filter((each) => each.obstacle !== undefined)
            .map(({ fault, obstacle: why }) => `  -  ${fault.title}: left out, because ${why}.`),
        "",
        `Each ${options.runs === 1 ? "once" : `${options.runs} times`}, one at a time; nothing begins before ` +
            "all is healthy again, and the drill ends when that takes longer than 5 minutes.",
        `What cuts a host off is reverted by a timer on the host itself (${REVERT_UNIT}) even if this program dies.`,
        `Watched from ${client}: a new TLS connection with GET /readyz every 5 ms, one connection that is ` +
            `kept, ${watches}. ${trust}`,
        ...(options.chosen === "graceful"
            ? ["Only graceful faults; name others with --fault, or take all with --all-faults."]
            : []),
        "",
    ].join("\n");
}

function lasts({ recovery }: Fault, seconds: number): string {
    return { reverted: `for ${seconds} s`, timer: `for ${seconds} s, by a timer`, self: "recovers by itself" }[
        recovery
    ];
}
