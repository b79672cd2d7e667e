/** What VRRP settings must be together, and with the hosts. */
import { Address } from "../../text/address";
import { OWNER_PRIORITY } from "../vrrp";
import { type Candidate, type Found, group, isIpv6, type Rule, when } from "./rule";

export const VRRP_RULES: Rule[] = [
    { name: "a password in VRRP version 2 only", problems: passwordInVersion3 },
    { name: "a password where it is used", problems: unusedPassword },
    { name: "a profile in VRRP version 3 only", problems: profileInVersion2 },
    { name: "whole seconds in VRRP version 2", problems: fractionInVersion2 },
    { name: "a weight only where backups may preempt", problems: weightWithoutPreemption },
    { name: "a check of the API only where the proxy listens on the host", problems: checkOfVipOnly },
    { name: "a first master only where it may preempt", problems: masterWithoutPreemption },
    { name: "what the owner of the address may do", problems: ownerProblems },
    { name: "version 3 with IPv6", problems: version2WithIpv6 },
    { name: "unicast with IPv6", problems: multicastWithIpv6 },
    { name: "a router id where the VIP suggests none", problems: noRouterId },
];

function version2WithIpv6(candidate: Candidate): Found[] {
    const { version } = candidate.model.vrrp;
    return when(
        version === 2 && isIpv6(candidate.vip?.address),
        "vrrp.version",
        "must be 3 with an IPv6 VIP: version 2 knows IPv4 only",
        version,
    );
}

/** Its advertisements come from link-local addresses, which nobody gave us and a host has only while its link is up. */
function multicastWithIpv6(candidate: Candidate): Found[] {
    const { transport } = candidate.model.vrrp;
    return when(
        transport === "multicast" && isIpv6(candidate.vip?.address),
        "vrrp.transport",
        "must be unicast with an IPv6 VIP",
        transport,
    );
}

/** Many an IPv6 address ends in 0, and all of them would have one id. */
export const suggestsNoRouterId = (vip: Candidate["vip"]): boolean =>
    vip !== undefined && isIpv6(vip.address) && Address.of(vip.address).lastByte === 0;

function noRouterId({ vip, given, model }: Candidate): Found[] {
    return when(
        model.announcement === "vrrp" && suggestsNoRouterId(vip) && group(given.vrrp).routerId === undefined,
        "vrrp.routerId",
        "must be given, from 1 to 255: it is the VIP's last byte by default, and that is 0",
        undefined,
    );
}

function passwordInVersion3({ model: { vrrp } }: Candidate): Found[] {
    return when(
        vrrp.authentication === "password" && vrrp.version === 3,
        "vrrp.authentication",
        "must be none with version 3, which has no passwords (set vrrp.version to 2)",
        vrrp.authentication,
    );
}

function unusedPassword({ given }: Candidate): Found[] {
    const { authentication, hasPassword } = group(given.vrrp);
    return when(
        (authentication ?? "none") === "none" && hasPassword === true,
        "vrrp.password",
        "is only used with vrrp.authentication password",
    );
}

function profileInVersion2({ given, model: { vrrp } }: Candidate): Found[] {
    const { profile } = group(given.vrrp);
    return when(
        vrrp.version === 2 && profile !== undefined,
        "vrrp.profile",
        "is for version 3 only: version 2 counts whole seconds (vrrp.advertisementInterval)",
        profile,
    );
}

function fractionInVersion2({ model: { vrrp } }: Candidate): Found[] {
    const { version, advertisementInterval } = vrrp;
    return when(
        version === 2 && !Number.isNaN(advertisementInterval) && !Number.isInteger(advertisementInterval),
        "vrrp.advertisementInterval",
        "must be a whole number from 1 to 40",
        advertisementInterval,
    );
}

function weightWithoutPreemption({ given, model: { vrrp } }: Candidate): Found[] {
    return when(
        vrrp.preempt === false && vrrp.check.weight !== 0,
        "vrrp.check.weight",
        "must be 0 unless vrrp.preempt is true: a backup that may not preempt never takes the VIP from a " +
            "master with a lowered priority",
        group(group(given.vrrp).check).weight,
    );
}

function checkOfVipOnly({ model: { vrrp, listenOn } }: Candidate): Found[] {
    return when(
        vrrp.check.kind === "api" && listenOn === "vip",
        "vrrp.check.kind",
        "must be answer or process with listenOn: vip: the check asks the proxy on the host's own " +
            "address, where it then does not listen",
        "api",
    );
}

/** keepalived itself ignores nopreempt on a host that starts as master. */
function masterWithoutPreemption({ model: { hosts, vrrp } }: Candidate): Found[] {
    return hosts.flatMap(({ initialState }, index) =>
        when(
            initialState === "master" && !vrrp.preempt,
            `hosts[${index}].initialState`,
            "must be backup unless vrrp.preempt is true: a host that starts as master preempts",
            "master",
        ),
    );
}

/** What keepalived itself does not let the owner of the address do. */
function ownerProblems({ model: { hosts, vrrp } }: Candidate): Found[] {
    return hosts.flatMap(({ priority }, index) => {
        if (priority !== OWNER_PRIORITY) return [];
        const path = `hosts[${index}].priority`;
        return [
            ...when(
                !vrrp.preempt,
                path,
                "must be at most 254 unless vrrp.preempt is true: 255 is for the owner of the address, who " +
                    "always preempts",
                priority,
            ),
            ...when(
                vrrp.check.weight !== 0,
                path,
                "must be at most 254 with a vrrp.check.weight: the owner of the address keeps its priority " +
                    "whatever the check says",
                priority,
            ),
        ];
    });
}
