/** The named forms of the API's own description: names, ids, addresses, sizes. */
import { isIPv4, isIPv6 } from "node:net";
import { parseSize } from "../config/sizes";
import { FormatError, listOf, matching, type One } from "./format";

const one = (holds: (value: string) => boolean, message: string): One => ({
    kind: "one",
    check: (value) => {
        if (!holds(value)) throw new FormatError(`${message.replace("{}", value)}\n`);
    },
});

/** `storage ID 'x' cannot be shorter ...`; names of storages and the like. */
const id = (what: string): One => ({
    kind: "one",
    check: (value) => {
        if (value.length < 2) throw new FormatError(`${what} ID '${value}' cannot be shorter than 2 characters\n`);
        if (!/^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(value))
            throw new FormatError(`${what} ID '${value}' contains illegal characters\n`);
    },
});

const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const DNS_NAME = new RegExp(`^(?:${LABEL}\\.)*${LABEL}$`);

export const vmid = matching(/^[1-9][0-9]{2,8}$/, "value does not look like a valid VM ID");
export const node = matching(new RegExp(`^${LABEL}$`), "value does not look like a valid node name");
export const configId = matching(/^[a-z][a-z0-9_-]+$/i, "invalid configuration ID '{}'");
export const storageId = id("storage");
export const bridgeId = matching(/^[-_.\w]+$/, "invalid bridge ID '{}'");
export const urlEncoded = matching(/^[-%a-zA-Z0-9_.!~*'()]*$/, "invalid urlencoded string: {}");
export const dnsName = matching(DNS_NAME, "value does not look like a valid DNS name");
export const macAddress = matching(
    /^[a-f0-9][02468ace](:[a-f0-9]{2}){5}$/i,
    "value does not look like a valid unicast MAC address",
);
export const tag = matching(/^[a-z0-9_][a-z0-9_\-+.]*$/i, "invalid characters in tag");
export const taskStatus = matching(/^(ok|error|warning|unknown)$/i, "invalid status '{}'");
export const realm = matching(/^[A-Za-z][A-Za-z0-9.\-_]+$/, "value does not look like a valid realm");
export const contentType = matching(
    /^(images|rootdir|vztmpl|iso|backup|snippets|import)$/,
    "invalid content type '{}'",
);
export const poolId: One = {
    kind: "one",
    check: (value) => {
        if (value.split("/").length > 3)
            throw new FormatError(`pool name '${value}' nested too deeply (max levels = 3)\n`);
        if (!/^[A-Za-z0-9.\-_]+(\/[A-Za-z0-9.\-_]+){0,2}$/.test(value))
            throw new FormatError(`pool name '${value}' contains invalid characters\n`);
    },
};

/** `vm:101`, or the id alone. */
export const haResource = matching(/^(([a-z]+:)?[a-zA-Z0-9-]+)$/, "unable to parse HA resource ID '{}'");

export const volumeId = matching(/^[a-z][a-z0-9\-_.]*[a-z0-9]:.+$/i, "unable to parse volume ID '{}'");
export const volumeIdOrPath = one(
    (value) => value.startsWith("/") || passes(volumeId, value),
    "unable to parse volume ID '{}'",
);
export const driveFile = one(
    (value) => ["none", "cdrom"].includes(value) || passes(volumeIdOrPath, value),
    "unable to parse volume ID '{}'",
);

export const ipv4 = one(isIPv4, "value does not look like a valid IPv4 address");
export const ipv6 = one(isIPv6, "value does not look like a valid IPv6 address");
export const cidr = one((value) => isCidr4(value) || isCidr6(value), "value does not look like a valid CIDR network");
export const ipv4Configuration = one(
    (value) => ["dhcp", "manual"].includes(value) || isCidr4(value),
    "value does not look like a valid ipv4 network configuration",
);
export const ipv6Configuration = one(
    (value) => ["auto", "dhcp", "manual"].includes(value) || isCidr6(value),
    "value does not look like a valid ipv6 network configuration",
);
export const address = one(
    (value) => isIPv4(value) || isIPv6(value) || DNS_NAME.test(value),
    "value does not look like a valid address: {}",
);

export const diskSize = one(
    (value) => parseSize(value.replace(/iB$/, "")) !== undefined,
    "value does not look like a valid disk size: {}",
);
export const startupOrder = one(
    (value) => value.split(",").every((part) => /^\s*$|^(order=)?\d+$|^(up|down)=\d+$/.test(part)),
    "unable to parse startup options",
);
export const cpuSet = one(
    (value) => value.split(",").every((part) => /^\s*\d+(-\d+)?\s*$/.test(part)),
    "unable to parse cpuset option",
);
const FEATURE = /^(network|disk|cpu|memory|usb|cloudinit)$/;
export const hotplug: One = {
    kind: "one",
    check: (value) => {
        const wrong =
            value === "0" || value === "1" ? undefined : value.split(/[,;\s]+/).find((part) => !FEATURE.test(part));
        if (wrong !== undefined) throw new FormatError(`invalid hotplug feature '${wrong}'\n`);
    },
};

export const physicalBits = one(
    (value) => value === "host" || (/^\d{1,2}$/.test(value) && Number(value) >= 8 && Number(value) <= 64),
    "value must be an integer between 8 and 64 or 'host'",
);

/** `local-lvm`, `a:b` from one storage to another, or `1` for each to the one of its name. */
export const storagePairs = listOf({
    check: (value) => {
        if (value === "1") return;
        for (const part of /^[^:]+:[^:]+$/.test(value) ? value.split(":") : [value])
            try {
                storageId.check(part);
            } catch (error) {
                const reason = error instanceof FormatError ? error.message : "";
                throw new FormatError(`entry '${value}' contains invalid ID - ${reason}\n\n`);
            }
    },
});

function passes(format: One, value: string): boolean {
    try {
        format.check(value);
        return true;
    } catch {
        return false;
    }
}

function isCidr4(value: string): boolean {
    const [, host = "", bits] = /^(.*)\/(\d+)$/.exec(value) ?? [];
    return isIPv4(host) && Number(bits) > 7 && Number(bits) <= 32;
}

function isCidr6(value: string): boolean {
    const [, host = "", bits] = /^(.*)\/(\d+)$/.exec(value) ?? [];
    return isIPv6(host) && Number(bits) > 7 && Number(bits) <= 128;
}
