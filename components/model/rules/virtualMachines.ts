/** What settings of VMs must be together, and beside the hosts and the VIP. */
import { type ImageArgs, imageSpec } from "../../inputs/machineSource";
import { repeated } from "../../spec/checks";
import { omit } from "../../spec/omit";
import type { Path } from "../../spec/problems";
import { Address } from "../../text/address";
import { isWholeKey } from "../../text/publicKey";
import { inNetwork, isLinkLocalIpv6 } from "../addresses";
import type { HostModel, VirtualMachineModel } from "../model";
import { type MachineSettings, settingsOfMachine } from "../virtualMachine";
import {
    atEdge,
    type Candidate,
    type Found,
    givenHost,
    goodVips,
    group,
    isAlone,
    isIpv6,
    type Rule,
    when,
} from "./rule";

export const MACHINE_RULES: Rule[] = [
    { name: "ids of VMs in the hosts' own settings only", problems: sharedId },
    { name: "settings of VMs only where there are VMs", problems: settingsWithoutMachines },
    { name: "a key that may log in to VMs", problems: noLogin },
    { name: "keys of VMs that are whole", problems: brokenKey },
    { name: "either a template or an image", problems: templateAndImage },
    { name: "an image that is downloaded, or one that is there", problems: downloadedAndThere },
    { name: "a checksum as long as its algorithm's", problems: lengthOfChecksum },
    { name: "a gateway in the VIP's network", problems: gatewayElsewhere },
    { name: "an IPv6 gateway beside an IPv6 address only", problems: gateway6WithoutAddress },
    { name: "an IPv6 gateway in the host's IPv6 network", problems: gateway6Elsewhere },
    { name: "a gateway that is neither a host nor an API server", problems: gatewayOfOthers },
    { name: "name servers that a machine can have in the VIP's network", problems: nameserversAtEdge },
    { name: "VMs of distinct ids", problems: alikeInId },
    { name: "ids of VMs that no template has", problems: idOfTemplate },
    { name: "settings of the firewall only where it is on", problems: settingsWithoutFirewall },
];

interface Machine extends MachineSettings {
    host: HostModel;
    /** Of the host. */
    path: Path;
    machine: VirtualMachineModel;
}

/** The hosts that are VMs, with their settings as they were given. */
export function machines(candidate: Candidate): Machine[] {
    const { given, model } = candidate;
    return model.hosts.flatMap((host, index) => {
        const { virtualMachine: machine } = host;
        if (machine === undefined) return [];
        const path = `hosts[${index}]`;
        const own = group(givenHost(candidate, index).virtualMachine);
        const settings = settingsOfMachine(path, own, group(given.virtualMachines));
        return [{ host, path, machine, ...settings }];
    });
}

function sharedId({ given }: Candidate): Found[] {
    const { vmId } = group(given.virtualMachines);
    return when(
        vmId !== undefined,
        "virtualMachines.vmId",
        "belongs to each host's own virtualMachine settings: ids are distinct",
        vmId,
    );
}

/** Shared VM settings without a VM host usually mean that `virtualMachine` was forgotten on a host. */
function settingsWithoutMachines({ given, model: { hosts } }: Candidate): Found[] {
    return when(
        Object.values(group(given.virtualMachines)).some((value) => value !== undefined) &&
            hosts.length > 0 &&
            hosts.every(({ virtualMachine }) => virtualMachine === undefined),
        "virtualMachines",
        "is given, but no host is a VM: add virtualMachine: {} to those that are to be made, or leave " +
            "virtualMachines out",
    );
}

function noLogin(candidate: Candidate): Found[] {
    if (candidate.model.ssh.authorizedKeys.length > 0) return [];
    return machines(candidate).map(({ host: { name } }) => [
        "ssh.authorizedKeys",
        `must hold the public key that may log in to the VM of ${name}`,
        [],
    ]);
}

/** Proxmox refuses it when the VM was cloned already. Machines that exist have their keys, and are given none. */
function brokenKey({ model: { hosts, ssh } }: Candidate): Found[] {
    if (hosts.every(({ virtualMachine }) => virtualMachine === undefined)) return [];
    return ssh.authorizedKeys.flatMap((key, index) =>
        when(
            key !== "" && !isWholeKey(key),
            `ssh.authorizedKeys[${index}]`,
            "must be a whole public key, as ssh-keygen wrote it to a file that ends in .pub: part of this one is " +
                "missing, or its type is another one's. ssh-keygen -l -f FILE says which are whole",
            key,
        ),
    );
}

function templateAndImage(candidate: Candidate): Found[] {
    return machines(candidate).flatMap(({ path, given: { template, image } }) =>
        when(
            (template === undefined) === (image === undefined),
            `${path}.virtualMachine`,
            "must have either a template to clone or a cloud image to import, here or in virtualMachines",
            template === undefined ? undefined : "both",
        ),
    );
}

/** What is only about a download. */
const OF_DOWNLOADS = Object.keys(omit(imageSpec, "volumeId")) as (keyof ImageArgs)[];

function downloadedAndThere(candidate: Candidate): Found[] {
    return machines(candidate).flatMap(({ machine: { source }, given, pathOf }): Found[] => {
        if (source.kind !== "image") return [];
        const image = group(given.image);
        const path = pathOf("image");
        if (image.volumeId !== undefined)
            return OF_DOWNLOADS.flatMap((key) =>
                when(image[key] !== undefined, `${path}.${key}`, "is about a download: leave it or volumeId out"),
            );
        if (image.url === undefined)
            return [
                [
                    path,
                    "must have an address to download it from (url), or name an image that is there (volumeId)",
                    undefined,
                ],
            ];
        return when(image.checksum === undefined, `${path}.checksum`, "must be given beside url");
    });
}

/** Hexadecimal digits of each algorithm's checksums. */
const CHECKSUM_DIGITS: Record<string, number> = { md5: 32, sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 };

function lengthOfChecksum(candidate: Candidate): Found[] {
    return machines(candidate).flatMap(({ machine: { source }, given, pathOf }) => {
        if (source.kind !== "image" || source.checksum === undefined) return [];
        const { checksum, checksumAlgorithm } = source;
        const digits = CHECKSUM_DIGITS[checksumAlgorithm];
        return when(
            !new RegExp(`^[0-9a-f]{${digits ?? "32,128"}}$`).test(checksum),
            `${pathOf("image")}.checksum`,
            digits === undefined
                ? "must be a checksum in hexadecimal"
                : `must be a ${checksumAlgorithm} checksum of ${digits} hexadecimal digits`,
            group(given.image).checksum ?? null,
        );
    });
}

function gatewayElsewhere(candidate: Candidate): Found[] {
    const { vip } = candidate;
    if (vip === undefined) return [];
    const { bgp } = candidate.model;
    return machines(candidate).flatMap(({ machine: { gateway }, host, pathOf }): Found[] => {
        if (gateway === "") return [];
        const path = pathOf("gateway");
        if (gateway === vip.address) return [[path, "must not be the VIP", gateway]];
        if (isAlone(candidate)) {
            const { address } = host;
            const known = address !== "" && bgp !== undefined && bgp.prefixLength > 0;
            const elsewhere = known && !inNetwork(gateway, { address, prefixLength: bgp.prefixLength });
            const linkLocal = isLinkLocalIpv6(Address.of(gateway)) && isIpv6(address);
            return when(elsewhere && !linkLocal, path, "must be in the host's network (bgp.prefixLength)", gateway);
        }
        if (inNetwork(gateway, vip)) return atEdge(path, gateway, vip);
        if (isLinkLocalIpv6(Address.of(gateway)) && isIpv6(vip.address)) return [];
        return [[path, "must be in the VIP's network", gateway]];
    });
}

function gateway6WithoutAddress(candidate: Candidate): Found[] {
    return machines(candidate).flatMap(({ machine: { gateway6 }, host: { address6 }, pathOf }) =>
        when(
            gateway6 !== undefined && address6 === undefined,
            pathOf("gateway6"),
            "is the router of the host's address6, and it has none",
            gateway6,
        ),
    );
}

function gateway6Elsewhere(candidate: Candidate): Found[] {
    const { vip6 } = candidate;
    if (vip6 === undefined) return [];
    return machines(candidate).flatMap(({ machine: { gateway6 = "" }, pathOf }): Found[] => {
        if (gateway6 === "" || isLinkLocalIpv6(Address.of(gateway6))) return [];
        const path = pathOf("gateway6");
        if (gateway6 === vip6.address) return [[path, "must not be the VIP", gateway6]];
        if (isAlone(candidate)) return [];
        return when(!inNetwork(gateway6, vip6), path, "must be in the VIP's network (vip6), or link-local", gateway6);
    });
}

/** A VM that has the router's address takes the network down with it. */
function gatewayOfOthers(candidate: Candidate): Found[] {
    const { hosts, apiServers } = candidate.model;
    return machines(candidate).flatMap(({ machine: { gateway }, pathOf }): Found[] => {
        if (gateway === "") return [];
        const host = hosts.find(({ address }) => address === gateway);
        if (host !== undefined)
            return [[pathOf("gateway"), `must not be the address of a host (${host.name})`, gateway]];
        const isServer = apiServers.some(({ address }) => address === gateway);
        return when(isServer, pathOf("gateway"), "must not be the address of an API server", gateway);
    });
}

function nameserversAtEdge(candidate: Candidate): Found[] {
    return machines(candidate).flatMap(({ machine: { nameservers }, pathOf }) =>
        nameservers.flatMap((address, index) =>
            goodVips(candidate).flatMap((vip) => atEdge(`${pathOf("nameservers")}[${index}]`, address, vip)),
        ),
    );
}

/** The VMs that have an id of their own. */
function numbered(candidate: Candidate): { path: Path; vmId: number; host: HostModel }[] {
    return machines(candidate).flatMap(({ machine: { vmId }, host, path }) =>
        vmId === undefined ? [] : [{ path: `${path}.virtualMachine.vmId`, vmId, host }],
    );
}

function alikeInId(candidate: Candidate): Found[] {
    const ids = numbered(candidate).map(({ path, vmId, host }) => ({ path, value: vmId, owner: host.name }));
    return repeated(ids, "VM ids");
}

function idOfTemplate(candidate: Candidate): Found[] {
    return numbered(candidate).flatMap(({ path, vmId, host }) => {
        const clone = machines(candidate).find(
            ({ machine: { source } }) => source.kind === "template" && source.vmId === vmId,
        );
        const whose = clone?.host === host ? "this host" : clone?.host.name;
        return when(clone !== undefined, path, `must not be the id of the template of ${whose}`, vmId);
    });
}

function settingsWithoutFirewall(candidate: Candidate): Found[] {
    return machines(candidate).flatMap(({ given, pathOf }) => {
        if (given.firewall !== undefined && given.firewall !== false) return [];
        const settings = ["firewallSshSources", "firewallIpFilter"] as const;
        return settings.flatMap((key) =>
            when(
                given[key] !== undefined && given[key] !== false,
                pathOf(key),
                "is only used with firewall: true, here or in virtualMachines",
            ),
        );
    });
}
