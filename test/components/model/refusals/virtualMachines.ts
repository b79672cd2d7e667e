/** Virtual machines: their ids, sources, networks and names. */
import type { Inputs } from "../../../../components/model/inputs";
import { dualStack, existingMachines, PUBLIC_KEY, virtualMachines, withValue } from "../../support";
import { accepted, type Line, refused, type Topic } from "./refusal";

const OWN = "hosts[0].virtualMachine";
const OTHER = "hosts[1].virtualMachine";
const SOURCE = "either a template to clone or a cloud image to import";
const IMAGE = { url: "https://example.com/debian.qcow2", checksum: "ab".repeat(32) };
const imported = (): Inputs =>
    withValue(virtualMachines(), "hosts[0].virtualMachine", { node: "pve1", image: { ...IMAGE } });

/** A name of 100,000 letters, which must be read in no time. */
const long = (path: string): Line => ["a name longer than any", { [path]: "a".repeat(100_000) }, 'received "aaa'];

const OF_VMS: Line[] = [
    ["the template's own id", { "hosts[1].virtualMachine.vmId": 9000 }, "id of the template of ... received 9000"],
    [
        "another template's id",
        { [`${OTHER}.template.vmId`]: 9001, [`${OWN}.vmId`]: 9001 },
        "id of the template of vrrp2",
    ],
    ["one id twice", { "hosts[1].virtualMachine.vmId": 1101 }, "distinct, and vrrp1 already ... received 1101"],
    ["one id for all VMs", { "virtualMachines.vmId": 1100 }, "belongs to each host's own"],
    ["no node, as YAML has it", { [`${OWN}.node`]: null }, "such as pve1; received null"],
    ["a gateway elsewhere", { "virtualMachines.gateway": "10.30.99.1" }, "in the VIP's network; received"],
    ["the VIP as gateway", { "virtualMachines.gateway": "10.30.100.100" }, "must not be the VIP"],
    ["a host as gateway", { "virtualMachines.gateway": "10.30.100.101" }, "the address of a host (vrrp1)"],
    ["an API server as gateway", { "virtualMachines.gateway": "10.30.100.52" }, "address of an API server"],
    ["a gateway at the end", { "virtualMachines.gateway": "10.30.100.255" }, 'broadcast ... "10.30.100.255"'],
    ["a gateway at the start", { "virtualMachines.gateway": "10.30.100.0" }, "network's own or broadcast"],
    ["a name server at the end", { "virtualMachines.nameservers[0]": "10.30.100.255" }, "or broadcast"],
    ["a name of a name server", { "virtualMachines.nameservers[0]": "dns.example.com" }, "IP address such"],
    ["a comma in a storage's name", { "hosts[0].virtualMachine.datastore": "local,size=1T" }, "Proxmox storage"],
    ["a key that was cut off", { "ssh.authorizedKeys[0]": PUBLIC_KEY.slice(0, -8) }, "whole public key ... received"],
    [
        "a key of another type",
        { "ssh.authorizedKeys[0]": PUBLIC_KEY.replace("ed25519", "rsa") },
        "type is another one's",
    ],
    ["a tag in capitals", { "virtualMachines.tags[0]": "HA" }, 'lower case; received "HA"'],
    ["one tag twice", { [`${OWN}.tags`]: ["a", "b", "a"] }, `and ${OWN}.tags[0] already`, `${OWN}.tags[2]`],
    ["a domain with an empty part", { "virtualMachines.searchDomain": "a..b" }, "a domain name"],
    ["a domain beyond DNS", { "virtualMachines.searchDomain": `${"a.".repeat(150)}b` }, "a domain name"],
    long("hosts[0].virtualMachine.node"),
    long("hosts[0].virtualMachine.datastore"),
    long("hosts[0].virtualMachine.bridge"),
    long("hosts[0].virtualMachine.cpuType"),
    long("virtualMachines.tags[0]"),
    [
        "template and image",
        { [`${OWN}.template`]: { vmId: 9000 }, [`${OWN}.image`]: IMAGE },
        `${SOURCE} ... received "both"`,
        OWN,
    ],
    [
        "an SSD on virtio",
        { "virtualMachines.diskInterface": "virtio0", [`${OWN}.disk`]: { ssd: true } },
        "on virtio ... received true",
        `${OWN}.disk.ssd`,
    ],
    [
        "native I/O with a cache",
        { [`${OTHER}.disk`]: { aio: "native", cache: "writeback" } },
        'beside the cache writeback ... received "native"',
        `${OTHER}.disk.aio`,
    ],
    ["more memory left than there is", { [`${OWN}.balloon`]: 2048 }, "at most memory (1024); received 2048"],
    [
        "vendor data that are no snippet",
        { "virtualMachines.cloudInit.vendorData": "local:iso/a.yaml" },
        "local:snippets/",
    ],
    [
        "high availability of one of two VMs",
        { [`${OWN}.highAvailability`]: {} },
        "on for another VM too",
        `${OWN}.highAvailability`,
    ],
    [
        "VMs kept apart in two ways",
        { [`${OWN}.highAvailability`]: {}, [`${OTHER}.highAvailability`]: { separation: "groups" } },
        'must be that of vrrp1 (rule); received "groups"',
        `${OTHER}.highAvailability.separation`,
    ],
    [
        "VMs on one node that are to be kept apart",
        { "virtualMachines.highAvailability": {}, [`${OTHER}.node`]: "pve1" },
        'another one than that of vrrp1 ... received "pve1"',
        `${OTHER}.node`,
    ],
    ["firmware of a clone", { "virtualMachines.bios": "ovmf" }, 'belongs to a VM from an image ... "ovmf"'],
    ["a TPM of a clone", { [`${OWN}.tpm`]: true }, "belongs to a VM from an image"],
    [
        "a device in the VIP's network",
        { [`${OWN}.extraNetworkDevices`]: [{ bridge: "vmbr1", address: "10.30.100.200/24" }] },
        "another network than the VIP's",
        `${OWN}.extraNetworkDevices[0].address`,
    ],
    [
        "a device's address without its network",
        { [`${OWN}.extraNetworkDevices`]: [{ bridge: "vmbr1", address: "10.40.0.11" }] },
        "with a prefix length from 8 to 30",
        `${OWN}.extraNetworkDevices[0].address`,
    ],
    [
        "one address of two hosts",
        { "virtualMachines.extraNetworkDevices": [{ bridge: "vmbr1", address: "10.40.0.11/24" }] },
        "distinct, and vrrp1 already",
        "virtualMachines.extraNetworkDevices[0].address",
    ],
    [
        "one MAC address of two hosts",
        {
            [`${OWN}.networkDevice.macAddress`]: "bc:24:11:00:00:01",
            [`${OTHER}.networkDevice.macAddress`]: "BC:24:11:00:00:01",
        },
        "distinct, and vrrp1 already",
    ],
    ["a group's MAC address", { [`${OWN}.networkDevice.macAddress`]: "01:00:5E:00:00:01" }, "of one machine"],
    ["a flag without its sign", { "virtualMachines.cpu.flags[0]": "aes" }, "+ or - in front"],
    ["one flag twice", { "virtualMachines.cpu.flags": ["+aes", "+aes"] }, "already", "virtualMachines.cpu.flags[1]"],
    [
        "the firewall's sources without it",
        { "virtualMachines.firewallSshSources": ["10.0.0.0/8"] },
        "with firewall: true",
    ],
    ["the firewall's filter without it", { [`${OWN}.firewallIpFilter`]: true }, "only used with firewall: true"],
    [
        "a network by an address in it",
        { [`${OWN}.firewall`]: true, [`${OWN}.firewallSshSources`]: ["10.30.0.0/16", "10.30.100.5/16"] },
        "begin with the network's own address, 10.30.0.0/16; received",
        `${OWN}.firewallSshSources[1]`,
    ],
    [
        "a network of everything",
        { [`${OWN}.firewall`]: true, [`${OWN}.firewallSshSources`]: ["0.0.0.0/0"] },
        "IP network or address",
        `${OWN}.firewallSshSources[0]`,
    ],
    ["a wrong setting of all, named once", { "virtualMachines.memory": 1 }, "whole number from 256"],
];

const OF_MACHINES: Line[] = [
    ["settings of no VM", { "virtualMachines.node": "pve1" }, "add virtualMachine: {}", "virtualMachines"],
];

const OF_IMAGES: Line[] = [
    ["an address with spaces", { [`${OWN}.image.url`]: "https://example.com/a b.qcow2" }, "https address of a file"],
    ["a checksum that says its kind", { [`${OWN}.image.checksum`]: "sha256:abc" }, '64 hexadecimal ... "sha256:abc"'],
    ["another kind's checksum", { [`${OWN}.image.checksum`]: "ab".repeat(16) }, "sha256 checksum of 64 hexadecimal"],
    ["an unknown kind of checksum", { [`${OWN}.image.checksumAlgorithm`]: "crc32" }, 'md5, sha1 ... "crc32"'],
    [
        "a download of an image that is there",
        { [`${OWN}.image.volumeId`]: "local:import/a.qcow2", [`${OWN}.image.checksum`]: undefined },
        "about a download: leave it or volumeId out",
        `${OWN}.image.url`,
    ],
    ["an image from nowhere", { [`${OWN}.image`]: { datastore: "nfs" } }, "download it from (url), or name"],
    ["an address without a checksum", { [`${OWN}.image.checksum`]: undefined }, "must be given beside url"],
    [
        "a disk for an image",
        { [`${OWN}.image`]: { volumeId: "local-lvm:vm-9-disk-0" } },
        "as Proxmox names it",
        `${OWN}.image.volumeId`,
    ],
    ["an EFI disk without EFI", { [`${OWN}.efiDisk`]: { preEnrolledKeys: true } }, "goes with bios ovmf"],
    ["a packed image", { [`${OWN}.image.fileName`]: "debian.tar.xz" }, '.raw or .vmdk; received "debian.tar.xz"'],
];

const withIpv6 = (): Inputs => {
    const { vip6, hosts } = dualStack();
    const inputs = hosts.reduce(
        (all, { address6 }, index) => withValue(all, `hosts[${index}].address6`, address6),
        virtualMachines(),
    );
    return withValue(inputs, "vip6", vip6);
};

const OF_IPV6: Line[] = [
    ["an IPv6 gateway elsewhere", { "virtualMachines.gateway6": "2001:db8:30:101::1" }, "in the VIP's network (vip6)"],
    ["vip6 as gateway", { "virtualMachines.gateway6": "2001:db8:30:100::100" }, "must not be the VIP"],
    ["an IPv4 gateway6", { "virtualMachines.gateway6": "10.30.100.1" }, "IPv6 address such as"],
    [
        "a further device in vip6's network",
        { [`${OWN}.extraNetworkDevices`]: [{ bridge: "vmbr1", address: "2001:db8:30:100::9/64" }] },
        "another network than the VIP's",
        `${OWN}.extraNetworkDevices[0].address`,
    ],
];

export const MACHINES: Topic = {
    refused: [
        ...refused(withIpv6, OF_IPV6),
        ...refused(virtualMachines, [
            ["an IPv6 gateway without an address", { [`${OWN}.gateway6`]: "fe80::1" }, "router of the host's address6"],
        ]),
        ...refused(virtualMachines, OF_VMS),
        ...refused(existingMachines, OF_MACHINES),
        ...refused(imported, OF_IMAGES),
    ],
    accepted: [
        ...accepted(withIpv6, [["a router by its link-local address", { "virtualMachines.gateway6": "fe80::1" }]]),
        ...accepted(virtualMachines, [
            ["an SSD on SCSI", { "virtualMachines.disk.ssd": true }],
            ["native I/O without a cache", { "virtualMachines.disk": { aio: "native", cache: "directsync" } }],
            [
                "a device in a network of its own",
                { [`${OWN}.extraNetworkDevices`]: [{ bridge: "vmbr1", address: "10.40.0.11/24" }] },
            ],
            ["as much memory left as there is", { "virtualMachines.balloon": 1024 }],
        ]),
    ],
};
