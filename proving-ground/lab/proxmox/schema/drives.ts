/** Lines of a configuration that are about disks and CD drives. */
import type { Version } from "../access/privileges";
import { properties } from "./format";
import * as formats from "./formats";
import {
    choice,
    decimal,
    each,
    flag,
    inRelease,
    numbered,
    type Format,
    type Parameters,
    required,
    text,
    whole,
} from "./parameter";

const FILE = {
    file: required(text({ format: formats.driveFile })),
    volume: { alias: "file" },
    size: text({ format: formats.diskSize }),
    "import-from": text({ format: formats.volumeIdOrPath }),
};
const IMAGE_FORMAT = choice("raw qcow qed qcow2 vmdk cloop");

/** Limits of throughput: their averages, bursts and the seconds a burst may last. */
const LIMITS = {
    ...each(decimal(), "mbps mbps_max mbps_rd mbps_rd_max mbps_wr mbps_wr_max"),
    ...each(whole(), "bps bps_rd bps_wr iops iops_max iops_rd iops_rd_max iops_wr iops_wr_max"),
    ...each(
        whole({ minimum: 1 }),
        "bps_max_length bps_rd_max_length bps_wr_max_length iops_max_length iops_rd_max_length iops_wr_max_length",
    ),
    bps_rd_length: { alias: "bps_rd_max_length" },
    bps_wr_length: { alias: "bps_wr_max_length" },
    iops_rd_length: { alias: "iops_rd_max_length" },
    iops_wr_length: { alias: "iops_wr_max_length" },
};

const COMMON = (version: Version) => ({
    ...FILE,
    ...LIMITS,
    ...each(flag(), "backup detect_zeroes replicate shared snapshot"),
    ...inRelease(version, {
        ...each(whole({ in: ["8.4"] }), "cyls heads secs"),
        trans: choice("none lba auto", { in: ["8.4"] }),
    }),
    aio: choice("native threads io_uring"),
    cache: choice("none writethrough writeback unsafe directsync"),
    discard: choice("ignore on"),
    format: IMAGE_FORMAT,
    media: choice("cdrom disk"),
    rerror: choice("ignore report stop"),
    serial: text({ format: formats.urlEncoded, maxLength: 60 }),
    werror: choice("enospc ignore report stop"),
});

const SSD = { ssd: flag(), wwn: text({ pattern: "(0x)[0-9a-fA-F]{16}" }) };
const VIRTIO = { iothread: flag(), ro: flag() };

export const drive = (keys: object, version: Version): Format =>
    properties({ keys: { ...COMMON(version), ...keys }, defaultKey: "file" });

export const ideDrive = (version: Version): Format =>
    drive({ ...SSD, model: text({ format: formats.urlEncoded, maxLength: 120 }) }, version);

/** By key of the configuration. */
export const drives = (version: Version): Parameters => ({
    ...numbered("ide", 4, text({ format: ideDrive(version) })),
    ...numbered("sata", 6, text({ format: drive(SSD, version) })),
    ...numbered(
        "scsi",
        31,
        text({
            format: drive(
                {
                    ...SSD,
                    ...VIRTIO,
                    product: text({ pattern: "[A-Za-z0-9\\-_\\s]{0,16}" }),
                    queues: whole({ minimum: 2 }),
                    scsiblock: flag(),
                    vendor: text({ pattern: "[A-Za-z0-9\\-_\\s]{0,8}" }),
                },
                version,
            ),
        }),
    ),
    ...numbered("virtio", 16, text({ format: drive(VIRTIO, version) })),
    efidisk0: text({
        format: properties({
            keys: {
                ...FILE,
                efitype: choice("2m 4m"),
                format: IMAGE_FORMAT,
                "ms-cert": choice(version === "8.4" ? "2011 2023 2023w 2023k" : "2011 2023"),
                "pre-enrolled-keys": flag(),
            },
            defaultKey: "file",
        }),
    }),
    tpmstate0: text({
        format: properties({
            keys: {
                ...FILE,
                ...inRelease(version, { format: choice("raw qcow2 vmdk", { in: ["9.1"] }) }),
                version: choice("v1.2 v2.0"),
            },
            defaultKey: "file",
        }),
    }),
    ...numbered(
        "unused",
        256,
        text({
            format: properties({
                keys: { file: required(text({ format: formats.volumeId })), volume: { alias: "file" } },
                defaultKey: "file",
            }),
        }),
    ),
});
