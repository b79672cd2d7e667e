/** Rules about the VIPs: who holds each, and who knows. */
import type { InspectionResult } from "./inspector";
import type { VipOutput } from "./output";
import type { VipInspection } from "./report";
import { addressesOf, firewallsOf, type HostReport, listed, nobody, type VerificationRule } from "./rule";

/** A host and what it reports of one VIP. */
export interface VipReport extends Partial<VipInspection> {
    host: string;
}

export function vipReports(reports: HostReport[], { address }: VipOutput): VipReport[] {
    return reports.map(({ host, inspection }) => ({ host, ...inspection.vips[address] }));
}

/** The hosts that hold a VIP. */
export function hostsHolding(reports: HostReport[], vip: VipOutput): VipReport[] {
    return vipReports(reports, vip).filter(({ holds }) => holds !== undefined);
}

/** A rule that each VIP has to satisfy. */
function vipRule(
    name: string,
    statement: VerificationRule["statement"],
    problems: (vip: VipOutput, reports: HostReport[], results: InspectionResult[], named: string) => string[],
): VerificationRule {
    return {
        name,
        statement,
        problems: ({ inspection: { vips } }, reports, results) =>
            vips.flatMap((vip) => problems(vip, reports, results, vips.length > 1 ? vip.address : "the VIP")),
    };
}

/** Of hosts that are master at once: what keeps VRRP from passing between them, as far as it can be known. */
function whyNotHeard(reports: HostReport[], vip: VipOutput): string {
    if (vipReports(reports, vip).filter(({ vrrp }) => vrrp?.state === "MASTER").length < 2) return "";
    const where = firewallsOf(reports);
    return (
        ": VRRP does not pass between them. Let in IP protocol 112 (vrrp) from the other hosts " +
        (where === "" ? "in the firewalls on the way; on the hosts themselves none was found" : `in ${where}`)
    );
}

export const oneMaster = vipRule(
    "master",
    (deployment) => `exactly one host holds ${addressesOf(deployment)}`,
    (vip, reports, results) => {
        const names = hostsHolding(reports, vip).map(({ host }) => host);
        if (names.length === 1) return [];
        if (names.length > 1)
            return [`${listed(names)} hold ${vip.address} at the same time${whyNotHeard(reports, vip)}`];
        return [`${nobody(reports, results)} holds ${vip.address}`];
    },
);

export const states = vipRule(
    "states",
    () => "the host that holds the VIP is MASTER, every other host BACKUP",
    (vip, reports, _results, named) =>
        vipReports(reports, vip).flatMap(({ host, holds, vrrp }) => {
            const expected = holds === undefined ? "BACKUP" : "MASTER";
            const role = holds === undefined ? `does not hold ${named}` : `holds ${named}`;
            if (vrrp?.state === expected) return [];
            return [`${host} ${role} and is ${vrrp?.state ?? "in no known state"}, not ${expected}`];
        }),
);

export const neighbours = vipRule(
    "neighbours",
    (deployment) => `the other hosts have the master's MAC address for ${addressesOf(deployment)}`,
    (vip, reports) => {
        const [one, ...others] = hostsHolding(reports, vip);
        // Unless exactly one host holds it there is no right answer, and the rule `master` reports that.
        if (one === undefined || others.length > 0) return [];
        // Where clients send datagrams only, no host has connected, which makes it ask for the address.
        if (vip.listeners?.length === 0) return [];
        const { mac } = one.holds!;
        return vipReports(reports, vip)
            .filter(({ host }) => host !== one.host)
            .flatMap(({ host, neighbour }) => {
                if (neighbour?.mac === mac) return [];
                const seen = neighbour?.mac ?? "no MAC address";
                return [`${host} has ${seen} for ${vip.address}, not ${mac} of ${one.host}`];
            });
    },
);
