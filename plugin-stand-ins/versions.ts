/** The official plugins these providers stand in for: the engine finds a plugin by exactly this name and version. */
export const standIns = {
    command: { name: "command", version: "1.2.1" },
    random: { name: "random", version: "4.21.2" },
    tls: { name: "tls", version: "5.6.1" },
} as const;

/** One plugin a provider here stands in for. */
export type StandIn = (typeof standIns)[keyof typeof standIns];
