/** What BGP settings must be together, and with the hosts and the VIPs. */
import { repeated } from "../../spec/checks";
import { Address, ADDRESS_BITS, type Family, Network } from "../../text/address";
import { PREFIX_LENGTHS } from "../addresses";
import { bgpInUse } from "../bgp";
import { addressIn } from "../hostOf";
import type { BgpModel, HostModel } from "../model";
import type { GivenVip } from "../vip";
import { type Candidate, type Found, givenHost, goodVips, group, type Rule, when } from "./rule";

export const BGP_RULES: Rule[] = [
    { name: "BGP settings where the VIP is announced by BGP", problems: unusedSettings },
    { name: "BGP settings for an announcement by BGP", problems: missingSettings },
    { name: "VRRP settings where the VIP is announced by VRRP", problems: vrrpSettings },
    { name: "VRRP settings of hosts where the VIP is announced by VRRP", problems: vrrpSettingsOfHosts },
    { name: "further VIPs where the VIP is announced by VRRP", problems: furtherVips },
    { name: "a VIP announced by BGP in no host's network", problems: vipOnLink },
    { name: "a prefix length of the hosts' family", problems: prefixLengthOfOtherFamily },
    { name: "routers, and not too many", problems: numberOfPeers },
    { name: "distinct routers", problems: alike },
    { name: "routers of a VIP's family", problems: peerWithoutVip },
    { name: "a router for each VIP's family", problems: vipWithoutPeer },
    { name: "routers in every host's network", problems: peerElsewhere },
    { name: "routers that are no hosts", problems: peerIsHost },
    { name: "autonomous systems that may be used", problems: reservedAs },
];

/** Each costs every host a session; a network has two or four routers at its edge. */
const MOST_PEERS = 16;

/** AS_TRANS (RFC 6793) and the last one of 16 bits (RFC 7300). The last one of 32 bits is beyond the limit. */
const RESERVED_AS = [23456, 65535];

const inUse = ({ model }: Candidate): BgpModel | undefined => bgpInUse(model);

/** Peers that are good in themselves. */
const peersOf = (candidate: Candidate): { path: string; address: string; family: Family }[] =>
    (inUse(candidate)?.peers ?? []).flatMap(({ address }, index) =>
        address === "" ? [] : [{ path: `bgp.peers[${index}].address`, address, family: Address.of(address).family }],
    );

/** A host's own network of a family; undefined where it has no good address of it, or the length is wrong. */
function networkOf(host: HostModel, family: Family, { prefixLength, prefixLength6 }: BgpModel): Network | undefined {
    const address = addressIn(host, family);
    const length = address === host.address ? prefixLength : prefixLength6;
    return address === undefined || address === "" || !(length <= ADDRESS_BITS[family])
        ? undefined
        : new Network(Address.of(address), length);
}

/** By its own address. */
const named = ({ reserved: [first], prefixLength }: Network): string => `${first!.toString()}/${prefixLength}`;

function unusedSettings({ model: { announcement }, given }: Candidate): Found[] {
    return when(
        announcement !== "bgp" && given.bgp !== undefined,
        "bgp",
        "is only used with announcement bgp: set announcement: bgp, or leave it out",
    );
}

function missingSettings({ model: { announcement }, given }: Candidate): Found[] {
    return when(
        announcement === "bgp" && given.bgp === undefined,
        "bgp",
        "must be given with announcement bgp: at least localAs and peers",
    );
}

/** All hosts have all VIPs: none moves by itself. An empty list is what Pulumi.yaml gives. */
function furtherVips({ model: { announcement }, given: { vips } }: Candidate): Found[] {
    const none = vips === undefined || (Array.isArray(vips) && vips.length === 0);
    return when(
        announcement === "bgp" && !none,
        "vips",
        "is for announcement vrrp, where each VIP moves by itself: leave it out with bgp, " +
            "where all hosts serve one VIP, and give further services ports of their own",
    );
}

function vrrpSettings(candidate: Candidate): Found[] {
    if (candidate.model.announcement !== "bgp") return [];
    return Object.entries(group(candidate.given.vrrp)).flatMap(([name, value]) =>
        // A secret that is not used has a rule of its own.
        when(
            value !== undefined && name !== "hasPassword",
            `vrrp.${name}`,
            "is for announcement vrrp: leave it out with bgp",
        ),
    );
}

function vrrpSettingsOfHosts(candidate: Candidate): Found[] {
    if (candidate.model.announcement !== "bgp") return [];
    return candidate.model.hosts.flatMap((_, index) =>
        (["priority", "initialState", "interface"] as const).flatMap((name) =>
            when(
                givenHost(candidate, index)[name] !== undefined,
                `hosts[${index}].${name}`,
                "is for announcement vrrp: with bgp all hosts serve the VIP, and have it on their loopback interface",
            ),
        ),
    );
}

/** Neighbours would ask for it by ARP, and find one host, or none. */
function vipOnLink(candidate: Candidate): Found[] {
    const bgp = inUse(candidate);
    if (bgp === undefined) return [];
    const networkWith = ({ address }: GivenVip): { host: HostModel; network: Network } | undefined => {
        const vip = Address.of(address);
        return candidate.model.hosts
            .flatMap((host) => {
                const network = networkOf(host, vip.family, bgp);
                return network === undefined ? [] : [{ host, network }];
            })
            .find(({ network }) => network.contains(vip));
    };
    return goodVips(candidate).flatMap((vip): Found[] => {
        const found = networkWith(vip);
        if (found === undefined) return [];
        return [
            [
                vip === candidate.vip6 ? "vip6" : "vip",
                `must be in no host's network with announcement bgp, and is in that of ${found.host.name} ` +
                    `(${named(found.network)}): machines there would look for it among themselves and not ask ` +
                    "the router",
                vip.address,
            ],
        ];
    });
}

function prefixLengthOfOtherFamily(candidate: Candidate): Found[] {
    const bgp = inUse(candidate);
    const host = candidate.model.hosts.find(({ address }) => address !== "");
    if (bgp === undefined || host === undefined) return [];
    const { least, most } = PREFIX_LENGTHS[Address.of(host.address).family];
    return when(
        bgp.prefixLength < least || bgp.prefixLength > most,
        "bgp.prefixLength",
        `must be from ${least} to ${most}, since the hosts' addresses are such as ${host.address}`,
        bgp.prefixLength,
    );
}

function numberOfPeers(candidate: Candidate): Found[] {
    const count = inUse(candidate)?.peers.length ?? 1;
    return when(count < 1 || count > MOST_PEERS, "bgp.peers", `must name 1 to ${MOST_PEERS} routers`, count);
}

function alike(candidate: Candidate): Found[] {
    return repeated(
        peersOf(candidate).map(({ path, address }) => ({ path, value: address })),
        "addresses of routers",
    );
}

function peerWithoutVip(candidate: Candidate): Found[] {
    const families = goodVips(candidate).map(({ address }) => Address.of(address).family);
    if (families.length === 0) return [];
    return peersOf(candidate).flatMap(({ path, address, family }) =>
        when(
            !families.includes(family),
            path,
            `must be of a VIP's family: there is no IPv${family} VIP to announce to it`,
            address,
        ),
    );
}

function vipWithoutPeer(candidate: Candidate): Found[] {
    const { peers = [] } = inUse(candidate) ?? {};
    // None at all, or one that is wrong in itself, was noted.
    if (peers.length === 0 || peers.some(({ address }) => address === "")) return [];
    return goodVips(candidate).flatMap(({ address }) => {
        const { family } = Address.of(address);
        const served = peersOf(candidate).some((peer) => peer.family === family);
        return when(!served, "bgp.peers", `must name an IPv${family} router too: nobody would hear of ${address}`);
    });
}

/** A session over further routers would need their BFD to be of another kind, and a route back. */
function peerElsewhere(candidate: Candidate): Found[] {
    const bgp = inUse(candidate);
    if (bgp === undefined) return [];
    return peersOf(candidate).flatMap(({ path, address, family }): Found[] => {
        const beside = candidate.model.hosts
            .map((host) => ({ host, network: networkOf(host, family, bgp) }))
            .find(({ network }) => network?.contains(Address.of(address)) === false);
        if (beside === undefined) return [];
        const where = `${beside.host.name} is in ${named(beside.network!)}`;
        return [[path, `must be in the network of every host; ${where}`, address]];
    });
}

function peerIsHost(candidate: Candidate): Found[] {
    return peersOf(candidate).flatMap(({ path, address, family }) => {
        const host = candidate.model.hosts.find((each) => addressIn(each, family) === address);
        return when(host !== undefined, path, `must be a router's, not that of a host (${host?.name})`, address);
    });
}

function reservedAs(candidate: Candidate): Found[] {
    const bgp = inUse(candidate);
    if (bgp === undefined) return [];
    return [
        { path: "bgp.localAs", as: bgp.localAs },
        ...bgp.peers.map(({ as }, index) => ({ path: `bgp.peers[${index}].as`, as })),
    ].flatMap(({ path, as }) =>
        when(RESERVED_AS.includes(as), path, "is reserved (RFC 6793, RFC 7300), and must not be used", as),
    );
}
