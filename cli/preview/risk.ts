/** How much a change disturbs, from the least to the most. */

export const RISKS = ["none", "inPlace", "reloaded", "vipMoves", "powerCycled", "replaced", "removed"] as const;
export type Risk = (typeof RISKS)[number];

/** One thing that happens on a host. */
export interface Effect {
    risk: Risk;
    /** Without a subject: "nginx reloaded". Text of the preview in it is not escaped yet. */
    text: string;
}

const HEADLINES: Record<Risk, string> = {
    none: "nothing changes on hosts",
    inPlace: "in place",
    reloaded: "proxy reloaded",
    vipMoves: "VIP moves",
    powerCycled: "VM power-cycled",
    replaced: "**VM REPLACED**",
    removed: "**HOST REMOVED**",
};

export const highest = (effects: Effect[]): Risk =>
    RISKS[Math.max(0, ...effects.map(({ risk }) => RISKS.indexOf(risk)))]!;

/** The most that happens, in Markdown. */
export const headlineOf = (effects: Effect[]): string => HEADLINES[highest(effects)];
