/** What the VIPs beside the API's must be together, with the hosts, and with what else there is at the VIPs. */
import { repeated } from "../../spec/checks";
import type { Path } from "../../spec/problems";
import { Address, Network } from "../../text/address";
import { inNetwork, wrongAtEdge } from "../addresses";
import { API_LISTENER } from "../listeners";
import { addressesOfVips, type FurtherVip, routerIdOf } from "../vips";
import { suggestsNoRouterId } from "./vrrp";
import { type Candidate, entries, type Found, group, isIpv6, listenerPrefix, type Rule, when } from "./rule";

export const VIP_RULES: Rule[] = [
    { name: "VIPs of distinct names", problems: alikeInName },
    { name: "VIPs of distinct addresses", problems: alikeInAddress },
    { name: "VIPs of distinct router ids", problems: alikeInRouterId },
    { name: "a router id where the address suggests none", problems: noRouterId },
    { name: "VIPs in networks of the hosts", problems: outsideNetworks },
    { name: "VIPs of the API's family, with an IPv6 address beside", problems: families },
    { name: "VIPs that prefer a host there is", problems: unknownHost },
    { name: "a delay only where there is preemption", problems: unusedDelay },
    { name: "listeners at a VIP there is, where they listen on VIPs", problems: unknownVip },
    { name: "a check that all VIPs can follow", problems: checkOfApi },
];

function alikeInName({ further }: Candidate): Found[] {
    return repeated(
        [
            { path: "vip", value: API_LISTENER, owner: "vip" },
            ...further.map(({ path, name }) => ({ path: `${path}.name`, value: name })),
        ],
        "names of VIPs",
    );
}

function alikeInAddress({ vip, vip6, further, model: { hosts } }: Candidate): Found[] {
    const first = [
        ...(vip === undefined ? [] : [{ path: "vip", value: vip.address }]),
        ...(vip6 === undefined ? [] : [{ path: "vip6", value: vip6.address }]),
    ];
    const all = addressesOfVips(further);
    return [
        ...repeated([...first, ...all.map(({ path, vip: { address: value } }) => ({ path, value }))], "VIPs"),
        ...all.flatMap(({ path, vip: { address } }) => {
            const host = hosts.find((each) => [each.address, each.address6].includes(address));
            const whose = host === undefined ? "" : `the address of ${host.name || "a host"}`;
            return when(host !== undefined, path, `must not be ${whose}: a VIP moves between the hosts`, address);
        }),
    ];
}

function alikeInRouterId({ vip, further, routerId }: Candidate): Found[] {
    const all = [{ path: "vip", name: "vip", id: routerIdOf({ routerId, vip }) }].concat(
        further.map((each) => ({ path: each.path, name: each.name, id: routerIdOf(each) })),
    );
    return all.flatMap(({ path, id }, index) => {
        const same = id === undefined ? undefined : all.slice(0, index).find((other) => other.id === id);
        return same === undefined
            ? []
            : when(
                  !Number.isNaN(id),
                  `${path}.routerId`,
                  `must be another one than that of ${same.name || same.path}, by which hosts tell VIPs apart: give ` +
                      "one from 1 to 255 that no VRRP on the network has (the last byte of an address is the default)",
                  id,
              );
    });
}

/** As for `vip` (rules/vrrp.ts). */
function noRouterId({ further }: Candidate): Found[] {
    return further.flatMap(({ path, vip, routerId }) =>
        when(
            suggestsNoRouterId(vip) && routerId === undefined,
            `${path}.routerId`,
            "must be given, from 1 to 255: it is the address's last byte by default, and that is 0",
            undefined,
        ),
    );
}

/** The addresses of hosts that are good in themselves, beside those that are another VIP's. */
function outsideNetworks({ further, model: { hosts } }: Candidate): Found[] {
    return addressesOfVips(further).flatMap(({ path, vip }): Found[] => {
        const { family } = Address.of(vip.address);
        const all = hosts.flatMap(({ name, address, address6 = "" }) =>
            [address, address6]
                .filter((own) => Address.parse(own)?.family === family)
                .map((own) => ({ name: name || own, own })),
        );
        const [first] = Network.of(vip).reserved;
        const outside = all.find(({ own }) => !inNetwork(own, vip));
        const atEdge = all.find(({ own }) => inNetwork(own, vip) && wrongAtEdge(own, vip) !== undefined);
        if (outside === undefined && atEdge === undefined) return [];
        const { name, own } = (outside ?? atEdge)!;
        const network = `${first!.toString()}/${vip.prefixLength}`;
        return [
            [
                path,
                outside === undefined
                    ? `must be in a network in which ${own} of ${name} is no edge, and ${network} has it there: give ` +
                      "the prefix length that the hosts have"
                    : `must be in a network that all hosts are in, and ${own} of ${name} is not in ${network}`,
                vip.address,
            ],
        ];
    });
}

/** All advertisements are of one family. */
function families({ vip: api, further, model: { hosts } }: Candidate): Found[] {
    return further.flatMap(({ path, vip, vip6 }) => [
        ...when(
            vip !== undefined && api !== undefined && isIpv6(vip.address) !== isIpv6(api.address),
            `${path}.address`,
            `must be an address of vip's family, IPv${isIpv6(api?.address) ? 6 : 4}` +
                (isIpv6(api?.address) ? "" : "; an IPv6 one beside it is address6"),
            vip?.address,
        ),
        ...when(
            vip6 !== undefined && isIpv6(vip?.address),
            `${path}.address6`,
            "is the IPv6 address beside an IPv4 one, and address is an IPv6 one already: leave it out",
            vip6?.address,
        ),
        ...when(
            vip6 !== undefined && hosts.some(({ address, address6 }) => address6 === undefined && !isIpv6(address)),
            `${path}.address6`,
            "takes an address6 of each host, in the same network",
            vip6?.address,
        ),
    ]);
}

function unknownHost({ further, model: { hosts } }: Candidate): Found[] {
    const names = hosts.map(({ name }) => name);
    return further.flatMap(({ path, prefers }) =>
        when(
            prefers !== undefined && prefers !== "" && !names.includes(prefers) && !names.includes(""),
            `${path}.prefers`,
            `must be the name of a host: ${names.join(" or ")}`,
            prefers,
        ),
    );
}

function unusedDelay({ given, further, model: { vrrp } }: Candidate): Found[] {
    const message = (input: Path): string => `is only used with ${input} true: nobody takes a VIP back without it`;
    return [
        ...when(
            vrrp.preempt === false && typeof vrrp.preemptDelay === "number" && vrrp.preemptDelay > 0,
            "vrrp.preemptDelay",
            message("vrrp.preempt"),
            vrrp.preemptDelay,
        ),
        ...further.flatMap(({ path, preempt }: FurtherVip, index) => {
            const { preemptDelay } = group(entries(given.vips)[index]);
            return when(
                preempt === false && preemptDelay !== undefined && preemptDelay !== null,
                `${path}.preemptDelay`,
                message(`${path}.preempt`),
                preemptDelay,
            );
        }),
    ];
}

function unknownVip({ further, model: { listeners, listenOn } }: Candidate): Found[] {
    const names = [API_LISTENER, ...further.map(({ name }) => name)];
    return listeners.flatMap(({ vip }, index): Found[] => {
        if (vip === undefined || vip === "" || names.includes("")) return [];
        const path = `${listenerPrefix(index)}vip`;
        if (!names.includes(vip)) return [[path, `must be the name of a VIP: ${names.join(" or ")} (vips)`, vip]];
        return when(
            listenOn === "all",
            path,
            "is only used with listenOn: vip; with listenOn: all a listener is at every VIP",
            vip,
        );
    });
}

/** One that follows the API would take the others along; a weight moves nothing that may not preempt. */
function checkOfApi({ further, model: { vrrp } }: Candidate): Found[] {
    if (further.length === 0) return [];
    return [
        ...when(
            vrrp.check.kind === "api",
            "vrrp.check.kind",
            "must be answer or process with vips: the other VIPs would leave with the Kubernetes API",
            "api",
        ),
        ...when(
            vrrp.check.kind !== "api" && vrrp.check.weight !== 0 && !Number.isNaN(vrrp.check.weight),
            "vrrp.check.weight",
            "must be 0 with vips: it is added to priorities that are in the order of each VIP",
            vrrp.check.weight,
        ),
    ];
}
