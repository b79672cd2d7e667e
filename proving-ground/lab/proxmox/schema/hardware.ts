/** Options of a guest that are property strings of their own: its memory, display, agent, devices of the node. */
import type { Version } from "../access/privileges";
import { properties } from "./format";
import * as formats from "./formats";
import {
    choice,
    decimal,
    each,
    flag,
    inRelease,
    type Limits,
    numbered,
    type Parameter,
    type Parameters,
    required,
    text,
    whole,
} from "./parameter";

const RANGES = "\\d+(?:-\\d+)?(?:;\\d+(?:-\\d+)?)*";
const PCI = "(?:[a-f0-9]{4,}:)?[a-f0-9]{2}:[a-f0-9]{2}(?:\\.[a-f0-9])?";
const BASE64 = "[A-Za-z0-9+/]+={0,2}";
const VERSION = "\\d+(\\.\\d+)+";

export function hardware(version: Version): Parameters {
    const string = (keys: Parameters, defaultKey?: string, limits: Limits = {}): Parameter =>
        text({
            ...limits,
            format: properties({ keys: inRelease(version, keys), ...(defaultKey === undefined ? {} : { defaultKey }) }),
        });
    return inRelease(version, {
        agent: string(
            {
                enabled: required(flag()),
                "freeze-fs-on-backup": flag(),
                fstrim_cloned_disks: flag(),
                type: choice("virtio isa"),
            },
            "enabled",
        ),
        "amd-sev": string(
            {
                type: required(choice("std es snp", { maxLength: 3 })),
                ...each(flag(), "allow-smt kernel-hashes no-debug no-key-sharing"),
            },
            "type",
        ),
        audio0: string({ device: required(choice("ich9-intel-hda intel-hda AC97")), driver: choice("spice none") }),
        "intel-tdx": string(
            {
                type: required(choice("tdx")),
                attestation: required(flag()),
                "vsock-cid": whole({ minimum: 2 }),
                "vsock-port": whole({ minimum: 0 }),
            },
            "type",
            { in: ["9.1"] },
        ),
        ivshmem: string({ name: text({ pattern: "[a-zA-Z0-9\\-]+" }), size: required(whole({ minimum: 1 })) }),
        machine: string(
            {
                type: text({
                    pattern: `pc|pc(-i440fx)?-${VERSION}(\\+pve\\d+)?(\\.pxe)?|q35|pc-q35-${VERSION}(\\+pve\\d+)?(\\.pxe)?|virt(?:-${VERSION})?(\\+pve\\d+)?`,
                    maxLength: 40,
                }),
                "aw-bits": decimal({ minimum: 32, maximum: 64, in: ["9.1"] }),
                "enable-s3": flag(),
                "enable-s4": flag(),
                viommu: choice("intel virtio"),
            },
            "type",
        ),
        memory: string({ current: required(whole({ minimum: 16 })) }, "current"),
        rng0: string(
            { source: required(choice("/dev/urandom /dev/random /dev/hwrng")), max_bytes: whole(), period: whole() },
            "source",
        ),
        smbios1: string(
            {
                base64: flag(),
                uuid: text({ pattern: "[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}" }),
                ...each(text({ pattern: BASE64 }), "family manufacturer product serial sku version"),
            },
            undefined,
            { maxLength: 512 },
        ),
        spice_enhancements: string({ foldersharing: flag(), videostreaming: choice("off all filter") }),
        vga: string(
            {
                type: choice(
                    "cirrus qxl qxl2 qxl3 qxl4 none serial0 serial1 serial2 serial3 std virtio virtio-gl vmware",
                ),
                clipboard: choice("vnc"),
                memory: whole({ minimum: 4, maximum: 512 }),
            },
            "type",
        ),
        watchdog: string(
            { model: choice("i6300esb ib700"), action: choice("reset shutdown poweroff pause debug none") },
            "model",
        ),
        ...numbered(
            "numa",
            8,
            string({
                cpus: required(text({ pattern: RANGES })),
                hostnodes: text({ pattern: RANGES }),
                memory: decimal(),
                policy: choice("preferred bind interleave"),
            }),
        ),
        ...numbered("parallel", 3, text({ pattern: "/dev/parport\\d+|/dev/usb/lp\\d+" })),
        ...numbered("serial", 4, text({ pattern: "(/dev/.+|socket)" })),
        ...numbered(
            "usb",
            14,
            string(
                {
                    host: text({
                        pattern: "(0x)?[0-9A-Fa-f]{4}:(0x)?[0-9A-Fa-f]{4}|\\d+-\\d+(\\.\\d+)*|[Ss][Pp][Ii][Cc][Ee]",
                    }),
                    mapping: text({ format: formats.configId }),
                    usb3: flag(),
                },
                "host",
            ),
        ),
        ...numbered(
            "virtiofs",
            10,
            string(
                {
                    dirid: required(text({ format: formats.configId })),
                    cache: choice("auto always metadata never"),
                    ...each(flag(), "direct-io expose-acl expose-xattr"),
                },
                "dirid",
            ),
        ),
        ...numbered(
            "hostpci",
            16,
            string(
                {
                    host: text({ pattern: `${PCI}(;${PCI})*` }),
                    mapping: text({ format: formats.configId }),
                    driver: choice("vfio keep", { in: ["9.1"] }),
                    mdev: text({ pattern: "[^/.:]+" }),
                    romfile: text({ pattern: "[^,;]+" }),
                    ...each(flag(), "legacy-igd pcie rombar x-vga"),
                    ...each(text({ pattern: "0x[0-9a-fA-F]{4}" }), "device-id sub-device-id sub-vendor-id vendor-id"),
                },
                "host",
            ),
        ),
    });
}
