/** Settings of a host that is a Proxmox VM: the shared ones, overridden by its own. */
import { imageSpec, templateSpec, virtualMachineSpec } from "../inputs/virtualMachine";
import { distinct, settings, text } from "../spec/checks";
import { omit } from "../spec/omit";
import type { Problems } from "../spec/problems";
import { resolveGroup, resolveMember, resolveMembers } from "../spec/resolve";
import { hostAddress, inNetwork, isEdge } from "./addresses";
import type { VirtualMachineInputs } from "./inputs";
import type { ImageModel, VirtualMachineModel } from "./model";

export function resolveVirtualMachine(
    problems: Problems,
    host: string,
    ownGiven: VirtualMachineInputs,
    sharedGiven: VirtualMachineInputs | undefined,
    vip: { address: string; prefixLength: number } | undefined,
): VirtualMachineModel {
    if (ownGiven === null)
        problems.add(
            `${host}.virtualMachine`,
            "must be a set of keys and values; {} takes all from virtualMachines",
            ownGiven,
        );
    const own = withoutUnset(settings(problems, `${host}.virtualMachine`, ownGiven));
    const shared = withoutUnset(settings(problems, "virtualMachines", sharedGiven));
    const given = { ...shared, ...own };
    // An own template replaces a shared image, and the other way round.
    if (own.template !== undefined && own.image === undefined) delete given.image;
    if (own.image !== undefined && own.template === undefined) delete given.template;
    const path = (key: keyof VirtualMachineInputs): string =>
        own[key] === undefined && shared[key] !== undefined
            ? `virtualMachines.${key}`
            : `${host}.virtualMachine.${key}`;
    const {
        gateway,
        nameservers = [],
        tags,
        ...rest
    } = resolveMembers(
        problems,
        path as (name: string) => string,
        omit(virtualMachineSpec, "template", "image"),
        given,
    );
    return {
        ...rest,
        source: resolveSource(problems, path, given, rest.node),
        gateway: resolveGateway(problems, path("gateway"), gateway, vip),
        nameservers: nameservers.flatMap(
            (value, index) => machineAddress(problems, `${path("nameservers")}[${index}]`, value, vip) ?? [],
        ),
        tags: distinctTags(problems, path("tags"), tags),
    };
}

type PathOf = (key: keyof VirtualMachineInputs) => string;

function resolveSource(
    problems: Problems,
    path: PathOf,
    given: VirtualMachineInputs,
    node: string,
): VirtualMachineModel["source"] {
    if ((given.template === undefined) === (given.image === undefined)) {
        const host = path("vmId").replace(/\.vmId$/, "");
        problems.add(
            host,
            "must have either a template to clone or a cloud image to import, here or in virtualMachines",
            given.template === undefined ? undefined : "both",
        );
    }
    if (given.image !== undefined) return { kind: "image", ...resolveImage(problems, path("image"), given.image) };
    if (given.template === undefined) return { kind: "template", vmId: 0, node };
    const template = resolveGroup(problems, path("template"), templateSpec, given.template);
    return { kind: "template", vmId: template.vmId, node: template.node ?? node };
}

/** Hexadecimal digits of each algorithm's checksums. */
const CHECKSUM_DIGITS: Record<string, number> = { md5: 32, sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 };

function resolveImage(problems: Problems, path: string, given: unknown): ImageModel {
    const image = resolveGroup(problems, path, imageSpec, given);
    const digits = CHECKSUM_DIGITS[image.checksumAlgorithm];
    const checksum = text(
        problems,
        `${path}.checksum`,
        image.checksum,
        new RegExp(`^[0-9a-fA-F]{${digits ?? "32,128"}}$`),
        digits === undefined
            ? "a checksum in hexadecimal"
            : `a ${image.checksumAlgorithm} checksum of ${digits} hexadecimal digits`,
    ).toLowerCase();
    return { ...image, checksum, fileName: image.fileName ?? defaultFileName(problems, path, image.url) };
}

/** Without a good address there is no name to derive, and no complaint about it. */
function defaultFileName(problems: Problems, path: string, url: string): string {
    if (url === "") return "";
    const name = url
        .split("/")
        .at(-1)
        ?.replace(/\.img$/, ".qcow2");
    return resolveMember(problems, `${path}.fileName`, imageSpec.fileName, name) as string;
}

function resolveGateway(
    problems: Problems,
    path: string,
    given: string | undefined,
    vip: { address: string; prefixLength: number } | undefined,
): string {
    const gateway = machineAddress(problems, path, given, vip);
    if (gateway !== undefined && vip !== undefined) {
        if (gateway === vip.address) problems.add(path, "must not be the VIP", gateway);
        else if (!inNetwork(gateway, vip)) problems.add(path, "must be in the VIP's network", gateway);
    }
    return gateway ?? "";
}

/** An address in the VIP's network or elsewhere; of another network's edges nothing is known. */
function machineAddress(
    problems: Problems,
    path: string,
    given: string | undefined,
    vip: { address: string; prefixLength: number } | undefined,
): string | undefined {
    const address = hostAddress(problems, path, given);
    return address !== undefined && vip !== undefined && isEdge(problems, path, address, vip) ? undefined : address;
}

/** Proxmox keeps each once, and all of them sorted; any other form would be a difference at every run. */
function distinctTags(problems: Problems, path: string, tags: string[]): string[] {
    distinct(
        problems,
        tags.map((value, index) => ({ path: `${path}[${index}]`, value })),
        "tags",
    );
    return [...tags].sort();
}

function withoutUnset<T extends object>(value: T): Partial<T> {
    return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined && v !== null)) as Partial<T>;
}
