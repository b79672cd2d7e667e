/** What a drill would do, in words, before it does anything. */
import { type Fault, obstacle, type Scene } from "./faults/fault";
import { UNDO_UNIT } from "./faults/onHost";
import type { Options } from "./options";

export interface Planned {
    fault: Fault;
    /** Why it cannot be done here. */
    obstacle?: string;
}

export function planned(
    { faults, chosen }: Pick<Options, "faults" | "chosen">,
    scene: Pick<Scene, "power" | "controlPlane" | "deployment">,
    lacking: string[] = [],
): Planned[] {
    return faults.map((fault) => {
        const why = obstacle(fault, scene, lacking, chosen === "named");
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
    /** Known once the hosts have been looked at. */
    holder?: string;
}

export function planText(
    plan: Planned[],
    { vip, hosts, options, client, watches, trust, holder }: PlanContext,
): string {
    const possible = plan.filter((each) => each.obstacle === undefined);
    const seconds = options.holdMs / 1000;
    return [
        `A drill on ${vip}, in front of ${hosts.join(", ")}${holder === undefined ? "" : `; ${holder} holds it now`}.`,
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
        `What cuts a host off is undone by a timer on the host itself (${UNDO_UNIT}) even if this program dies.`,
        `Watched from ${client}: a new TLS connection with GET /readyz every 5 ms, one connection that is ` +
            `kept, ${watches}. ${trust}`,
        ...(options.chosen === "graceful"
            ? ["Only graceful faults; name others with --fault, or take all with --all-faults."]
            : []),
        "",
    ].join("\n");
}

function lasts({ returns }: Fault, seconds: number): string {
    return {
        restored: `for ${seconds} s`,
        "by its timer": `for ${seconds} s, by a timer`,
        "by itself": "comes back by itself",
    }[returns];
}
