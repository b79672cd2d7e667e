/**
 * What each call takes, as Proxmox' own description of its API says; in 8.4 and 9.1 alike, but for what says otherwise.
 * A call that has no line here takes nothing but what its path names.
 */
import type { Version } from "../access/privileges";
import { DATACENTER_CALLS } from "./datacenter";
import { firewallCalls, firewallPath } from "./firewall";
import { listOf } from "./format";
import * as formats from "./formats";
import { hardware } from "./hardware";
import { HA_CALLS, haPath } from "./highAvailability";
import { guestOptions } from "./options";
import { choice, flag, inRelease, type Parameters, required, text, whole } from "./parameter";

const vmid = whole({ format: formats.vmid, minimum: 100, maximum: 999_999_999 });
const node = text({ format: formats.node });
const storage = text({ format: formats.storageId });
const pool = text({ format: formats.poolId });
const skiplock = flag();
const timeout = whole({ minimum: 0 });
const digest = text({ maxLength: 40 });
const url = required(text({ pattern: "https?://.*" }));
const configIds = text({ format: listOf(formats.configId) });
const migration = {
    migration_network: text({ format: formats.cidr }),
    migration_type: choice("secure insecure"),
    targetstorage: text({ format: formats.storagePairs }),
    "with-conntrack-state": flag({ in: ["9.1"] }),
};
const poolMembers: Parameters = {
    "allow-move": flag(),
    comment: text(),
    delete: flag(),
    storage: text({ format: listOf(formats.storageId) }),
    vms: text({ format: listOf(formats.vmid) }),
};

/** What a variable part of a path has to look like. */
const PATH: Parameters = {
    node,
    vmid,
    storage,
    poolid: pool,
    upid: text(),
    volume: text(),
    ...firewallPath,
    ...haPath,
};

const GUEST = "/nodes/{node}/qemu/{vmid}";
const STORAGE = "/nodes/{node}/storage/{storage}";

/** Drives that have a size. */
const DISKS = ["ide 4", "scsi 31", "virtio 16", "sata 6"].flatMap(places).concat("efidisk0", "tpmstate0");

const CALLS: Record<string, Parameters> = {
    ...firewallCalls(`${GUEST}/firewall`),
    ...HA_CALLS,
    ...DATACENTER_CALLS,
    "POST /access/ticket": {
        username: required(text({ maxLength: 64 })),
        password: required(text()),
        "new-format": flag(),
        otp: text(),
        path: text({ maxLength: 64, requires: "privs" }),
        privs: text({ maxLength: 64, requires: "path" }),
        realm: text({ format: formats.realm, maxLength: 32 }),
        "tfa-challenge": text(),
    },
    "GET /access/permissions": { path: required(text()) },
    "GET /cluster/nextid": { vmid },
    "GET /cluster/resources": { type: choice("vm storage node sdn") },
    "GET /nodes/{node}/qemu": { full: flag() },
    [`GET ${GUEST}/config`]: { current: flag(), snapshot: text({ format: formats.configId, maxLength: 40 }) },
    [`PUT ${GUEST}/resize`]: {
        disk: required(text({ oneOf: DISKS })),
        size: required(text({ pattern: "\\+?\\d+(\\.\\d+)?[KMGT]?" })),
        digest,
        skiplock,
    },
    [`POST ${GUEST}/move_disk`]: {
        disk: required(text({ oneOf: DISKS.concat(Array.from({ length: 256 }, (_, index) => `unused${index}`)) })),
        bwlimit: whole({ minimum: 0 }),
        delete: flag(),
        digest,
        format: choice("raw qcow2 vmdk"),
        storage,
        "target-digest": text({ maxLength: 40 }),
        "target-disk": text({ oneOf: DISKS }),
        "target-vmid": vmid,
    },
    [`DELETE ${GUEST}`]: { "destroy-unreferenced-disks": flag(), purge: flag(), skiplock },
    [`POST ${GUEST}/clone`]: {
        newid: required(vmid),
        bwlimit: whole({ minimum: 0 }),
        description: text(),
        format: choice("raw qcow2 vmdk"),
        full: flag(),
        name: text({ format: formats.dnsName }),
        pool,
        snapname: text({ format: formats.configId, maxLength: 40 }),
        storage,
        target: node,
    },
    [`POST ${GUEST}/status/stop`]: {
        keepActive: flag(),
        migratedfrom: node,
        "overrule-shutdown": flag(),
        skiplock,
        timeout,
    },
    [`POST ${GUEST}/status/shutdown`]: { forceStop: flag(), keepActive: flag(), skiplock, timeout },
    [`POST ${GUEST}/status/reboot`]: { timeout },
    [`POST ${GUEST}/migrate`]: {
        ...migration,
        target: required(node),
        bwlimit: whole({ minimum: 0 }),
        force: flag(),
        online: flag(),
        "with-local-disks": flag(),
    },
    "GET /storage": {
        type: choice("btrfs cephfs cifs dir esxi iscsi iscsidirect lvm lvmthin nfs pbs rbd zfs zfspool"),
    },
    "GET /nodes/{node}/tasks": {
        errors: flag(),
        limit: whole({ minimum: 0 }),
        since: whole(),
        source: choice("archive active all"),
        start: whole({ minimum: 0 }),
        statusfilter: text({ format: listOf(formats.taskStatus) }),
        typefilter: text(),
        until: whole(),
        userfilter: text(),
        vmid,
    },
    "GET /nodes/{node}/tasks/{upid}/log": {
        download: flag(),
        limit: whole({ minimum: 0 }),
        start: whole({ minimum: 0 }),
    },
    "GET /nodes/{node}/storage": {
        content: text({ format: listOf(formats.contentType) }),
        enabled: flag(),
        format: flag(),
        storage,
        target: node,
    },
    [`GET ${STORAGE}/content`]: { content: text({ format: formats.contentType }), vmid },
    [`DELETE ${STORAGE}/content/{volume}`]: { delay: whole({ minimum: 1, maximum: 30 }) },
    "GET /nodes/{node}/query-url-metadata": { url, "verify-certificates": flag() },
    [`POST ${STORAGE}/download-url`]: {
        content: required(choice("iso vztmpl import", { format: formats.contentType })),
        filename: required(text({ maxLength: 255 })),
        url,
        checksum: text({ requires: "checksum-algorithm" }),
        "checksum-algorithm": choice("md5 sha1 sha224 sha256 sha384 sha512", { requires: "checksum" }),
        compression: text(),
        "verify-certificates": flag(),
    },
    "GET /pools": { poolid: pool, type: choice("qemu lxc storage", { requires: "poolid" }) },
    "POST /pools": { poolid: required(pool), comment: text() },
    "PUT /pools": { poolid: required(pool), ...poolMembers },
    "DELETE /pools": { poolid: required(pool) },
    "GET /pools/{poolid}": { type: choice("qemu lxc storage") },
    "PUT /pools/{poolid}": poolMembers,
};

/** What a start takes beside a type of machine. */
const START: Parameters = {
    ...migration,
    "force-cpu": text(),
    migratedfrom: node,
    "nets-host-mtu": text({ pattern: "net\\d+=\\d+(,net\\d+=\\d+)*" }),
    skiplock,
    stateuri: text({ maxLength: 128 }),
    timeout,
};

/** What making a guest takes beside its options. */
const CREATE: Parameters = {
    archive: text({ maxLength: 255 }),
    bwlimit: whole({ minimum: 0 }),
    force: flag({ requires: "archive" }),
    "ha-managed": flag({ in: ["9.1"] }),
    "import-working-storage": storage,
    "live-restore": flag(),
    pool,
    start: flag(),
    storage,
    unique: flag({ requires: "archive" }),
    vmid: required(vmid),
};

/** What changing one takes beside its options. */
const CHANGE: Parameters = {
    delete: configIds,
    digest,
    force: flag({ requires: "delete" }),
    revert: configIds,
    skiplock,
};

/** The parameters of a call (`PUT /nodes/{node}/qemu/{vmid}/config`) in a release, those in its path included. */
export function parametersOf(call: string, version: Version): Parameters {
    const inPath = [...call.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, required(PATH[name]!)] as const);
    return inRelease(version, { ...ofCall(call, version), ...Object.fromEntries(inPath) });
}

function ofCall(call: string, version: Version): Parameters {
    if (call === "POST /nodes/{node}/qemu") return { ...guestOptions(version), ...CREATE };
    if (call === `PUT ${GUEST}/config`) return { ...guestOptions(version), ...CHANGE };
    if (call === `POST ${GUEST}/status/start`) return { ...START, machine: hardware(version).machine! };
    return CALLS[call] ?? {};
}

/** `ide 4`: ide0 to ide3. */
function places(bus: string): string[] {
    const [name = "", count] = bus.split(" ");
    return Array.from({ length: Number(count) }, (_, index) => `${name}${index}`);
}
