/** Settings of a host that is a Proxmox VM: the shared ones, overridden by its own. */
import { DNS_NAME, hostAddress, inNetwork, isEdge } from "./addresses";
import { boolean, distinct, integer, list, settings, text } from "./checks";
import type { VirtualMachineInputs } from "./inputs";
import type { ImageModel, VirtualMachineModel } from "./model";
import type { Problems } from "./problems";

const PROXMOX_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const DISK_INTERFACE = /^(scsi([0-9]|[12][0-9]|30)|virtio([0-9]|1[0-5])|sata[0-5])$/;

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
    const proxmoxName = (key: "node" | "datastore" | "bridge", value: string | undefined, what: string): string =>
        text(problems, path(key), value, PROXMOX_NAME, what);

    const node = proxmoxName("node", given.node, "the name of a Proxmox node, such as pve1");
    const model: VirtualMachineModel = {
        node,
        source: resolveSource(problems, path, given, node),
        cores: integer(problems, path("cores"), given.cores ?? 2, 1, 512),
        cpuType: text(
            problems,
            path("cpuType"),
            given.cpuType ?? "x86-64-v2-AES",
            PROXMOX_NAME,
            "a CPU type as Proxmox names it",
        ),
        memory: integer(problems, path("memory"), given.memory ?? 1024, 256, 4194304),
        diskSize: integer(problems, path("diskSize"), given.diskSize ?? 8, 1, 131072),
        diskInterface: text(
            problems,
            path("diskInterface"),
            given.diskInterface ?? "scsi0",
            DISK_INTERFACE,
            "the place of a system disk as Proxmox names it: scsi0, virtio0, sata0",
        ),
        datastore: proxmoxName("datastore", given.datastore ?? "local-lvm", "the name of a Proxmox storage"),
        bridge: proxmoxName("bridge", given.bridge ?? "vmbr0", "the name of a network bridge"),
        gateway: resolveGateway(problems, path("gateway"), given.gateway, vip),
        nameservers: list(problems, path("nameservers"), given.nameservers).flatMap(
            (value, index) => machineAddress(problems, `${path("nameservers")}[${index}]`, value, vip) ?? [],
        ),
        // Proxmox keeps tags in lower case and sorted; any other form would be a difference at every run.
        tags: resolveTags(problems, path("tags"), given.tags ?? ["ha-api"]),
        guestAgent: boolean(problems, path("guestAgent"), given.guestAgent ?? true),
        upgradeOnFirstBoot: boolean(problems, path("upgradeOnFirstBoot"), given.upgradeOnFirstBoot ?? false),
    };
    if (given.vmId !== undefined) model.vmId = integer(problems, path("vmId"), given.vmId, 100, 999999999);
    if (given.vlanId !== undefined) model.vlanId = integer(problems, path("vlanId"), given.vlanId, 1, 4094);
    if (given.searchDomain !== undefined) {
        model.searchDomain = text(problems, path("searchDomain"), given.searchDomain, DNS_NAME, "a domain name");
    }
    return model;
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
    const template = settings(problems, path("template"), given.template);
    return {
        kind: "template",
        vmId: integer(problems, `${path("template")}.vmId`, template.vmId!, 100, 999999999),
        node:
            template.node === undefined
                ? node
                : text(problems, `${path("template")}.node`, template.node, PROXMOX_NAME, "the name of a Proxmox node"),
    };
}

/** Hexadecimal digits of each algorithm's checksums. */
const CHECKSUM_DIGITS: Record<string, number> = { md5: 32, sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 };

function resolveImage(problems: Problems, path: string, given: NonNullable<VirtualMachineInputs["image"]>): ImageModel {
    const image = settings(problems, path, given);
    const url = text(
        problems,
        `${path}.url`,
        image.url,
        /^https?:\/\/[^\s?#]+\/[^\s/?#]+$/,
        "the http or https address of a file",
    );
    const algorithm = text(
        problems,
        `${path}.checksumAlgorithm`,
        image.checksumAlgorithm ?? "sha256",
        /^(md5|sha1|sha224|sha256|sha384|sha512)$/,
        "md5, sha1, sha224, sha256, sha384 or sha512",
    );
    const digits = CHECKSUM_DIGITS[algorithm];
    // Without a good address there is no name to derive, and no second complaint about it.
    const name =
        image.fileName ??
        (url === ""
            ? "none.raw"
            : url
                  .split("/")
                  .at(-1)
                  ?.replace(/\.img$/, ".qcow2"));
    return {
        url,
        checksum: text(
            problems,
            `${path}.checksum`,
            image.checksum,
            new RegExp(`^[0-9a-fA-F]{${digits ?? "32,128"}}$`),
            digits === undefined
                ? "a checksum in hexadecimal"
                : `a ${algorithm} checksum of ${digits} hexadecimal digits`,
        ).toLowerCase(),
        checksumAlgorithm: algorithm,
        fileName: text(
            problems,
            `${path}.fileName`,
            name,
            /^[A-Za-z0-9][A-Za-z0-9._-]*\.(qcow2|raw|vmdk)$/,
            "a file name that ends in .qcow2, .raw or .vmdk",
        ),
        datastore: text(
            problems,
            `${path}.datastore`,
            image.datastore ?? "local",
            PROXMOX_NAME,
            "the name of a Proxmox storage",
        ),
    };
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

/** Each once: Proxmox keeps no other. */
function resolveTags(problems: Problems, path: string, given: string[]): string[] {
    const tags = list(problems, path, given).map((tag, index) =>
        text(problems, `${path}[${index}]`, tag, /^[a-z0-9_][a-z0-9_.+-]{0,62}$/, "a tag in lower case"),
    );
    distinct(
        problems,
        tags.map((value, index) => ({ path: `${path}[${index}]`, value })),
        "tags",
    );
    return tags.sort();
}

function withoutUnset<T extends object>(value: T): Partial<T> {
    return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined && v !== null)) as Partial<T>;
}
