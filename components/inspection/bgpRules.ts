/** Rules about VIPs that all hosts announce by BGP: which of them do, and which routers hear it. */
import type { Deployment } from "./expectation";
import type { BgpOutput, VipOutput } from "./output";
import type { Inspection } from "./report";
import { addressesOf, firewallsOf, type HostReport, listed, nobody, type VerificationRule } from "./rule";

const routersOf = ({ inspection: { bgp } }: Deployment): BgpOutput["routers"] => bgp?.routers ?? [];

/** Whether a host announces a VIP, as far as that is its own doing. */
export const announces = ({ announced }: Inspection, vip: string): boolean => announced?.includes(vip) === true;

export function hostsAnnouncing(reports: HostReport[], { address }: VipOutput): HostReport[] {
    return reports.filter(({ inspection }) => announces(inspection, address));
}

/** Without one nobody is reached; each that does not is one that serves nobody. */
export const announcers: VerificationRule = {
    name: "announcers",
    statement: (deployment) => `every host announces ${addressesOf(deployment)}`,
    problems: ({ inspection: { vips } }, reports, results) =>
        vips.flatMap(({ address }) => {
            const missing = reports.filter(({ inspection }) => !announces(inspection, address));
            if (missing.length === 0 && reports.length > 0) return [];
            if (missing.length < reports.length)
                return missing.map(({ host }) => `${host} does not announce ${address}`);
            return [`${nobody(reports, results)} announces ${address}`];
        }),
};

/** It stays there, also where the host does not announce it: what is under way is served. */
export const onLoopback: VerificationRule = {
    name: "loopback",
    statement: (deployment) => `every host has ${addressesOf(deployment)} on its loopback interface`,
    problems: ({ inspection: { vips } }, reports) =>
        vips.flatMap(({ address }) =>
            reports.flatMap(({ host, inspection }) => {
                const { holds } = inspection.vips[address] ?? {};
                if (holds?.interface === "lo") return [];
                const seen = holds === undefined ? "does not have it" : `has it on ${holds.interface}`;
                return [`${host} ${seen}: ${address}`];
            }),
        ),
};

export const sessions: VerificationRule = {
    name: "sessions",
    statement: (deployment) =>
        `every host has a session with ${listed(routersOf(deployment).map(({ address }) => address))}`,
    problems: (deployment, reports) =>
        reports.flatMap(({ host, inspection: { bgp = {} } }) =>
            routersOf(deployment).flatMap(({ name, address }) => {
                const state = bgp[name];
                if (state === "Established") return [];
                return [`${host} has no session with ${address} (${state ?? "unknown"})${advice(reports, host)}`];
            }),
        ),
};

/** What is looked at first. */
function advice(reports: HostReport[], host: string): string {
    const where = firewallsOf(reports.filter((each) => each.host === host));
    const port = where === "" ? "" : `, and let in TCP port 179 and UDP port 3784 in ${where}`;
    return `: configure it there too (docs/bgp.md)${port}`;
}

export const bfd: VerificationRule = {
    name: "bfd",
    statement: ({ inspection }) =>
        inspection.bgp?.bfd === true ? "BFD is up with every router" : "BFD is not asked for",
    problems: (deployment, reports) => {
        if (deployment.inspection.bgp?.bfd !== true) return [];
        return reports.flatMap(({ host, inspection }) =>
            routersOf(deployment).flatMap(({ address }) => {
                const state = inspection.bfd?.[address];
                if (state === "Up") return [];
                return [
                    `${host} has BFD ${state ?? "unknown"} with ${address}: turn it on there, or set ` +
                        "bgp.bfd.enabled: false",
                ];
            }),
        );
    },
};
