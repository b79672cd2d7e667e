/**
 * Network lines of a configuration: in as `model=virtio,bridge=vmbr0[,macaddr=..]`, kept as
 * `virtio=<MAC>,bridge=vmbr0`.
 */
import { randomBytes } from "node:crypto";
import { NIC_MODELS } from "../schema/network";
import { formatProperties, parseProperties } from "./properties";

const MODELS = new Set(NIC_MODELS);

export function isNetworkKey(key: string): boolean {
    return /^net([0-9]|[12][0-9]|3[01])$/.test(key);
}

/**
 * A new address in Proxmox's own range; random, as PVE's are, so that nothing comes to rely on an address surviving a
 * re-creation.
 */
export function randomMac(): string {
    const [a, b, c] = [...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase());
    return `BC:24:11:${a}:${b}:${c}`;
}

/** The line as PVE keeps it; a NIC without an address is given one. */
export function normaliseNetwork(value: string): string {
    const properties = parseProperties(value, "model");
    let model = properties.get("model");
    let mac = properties.get("macaddr");
    for (const [name, address] of properties) {
        if (!MODELS.has(name)) continue;
        model = name;
        mac = address;
        properties.delete(name);
    }
    properties.delete("model");
    properties.delete("macaddr");
    return formatProperties(`${model ?? ""}=${mac ?? randomMac()}`, properties);
}

/** The same NIC with an address of its own, for a clone. */
export function withNewMac(value: string): string {
    return value.replace(/^([^=]+)=[^,]+/, (_, model: string) => `${model}=${randomMac()}`);
}

/** Address, bridge, VLAN tag and firewall of a line, kept or on its way in. */
export function readNetwork(value: string): { mac: string; bridge?: string; tag?: string; firewall: boolean } {
    const properties = parseProperties(value, "");
    const model = [...properties.keys()].find((name) => MODELS.has(name));
    return {
        mac: (model && properties.get(model)) ?? "",
        bridge: properties.get("bridge"),
        tag: properties.get("tag"),
        firewall: properties.get("firewall") === "1",
    };
}
