/**
 * The parameters of one call, from the query and the form alike, with PVE's sentences for those that are missing or
 * malformed.
 */
import { badParameters } from "./errors";

export class Input {
    constructor(private readonly values: Record<string, string>) {}

    text(name: string): string | undefined {
        return this.values[name];
    }

    required(name: string): string {
        const value = this.values[name];
        if (value === undefined) throw badParameters({ [name]: "property is missing and it is not optional" });
        return value;
    }

    integer(name: string): number | undefined {
        const value = this.values[name];
        if (value === undefined) return undefined;
        if (!/^-?\d+$/.test(value)) throw badParameters({ [name]: `type check ('integer') failed - got '${value}'` });
        return Number(value);
    }

    vmid(name: string): number {
        const value = this.required(name);
        return parseVmid(name, value);
    }

    flag(name: string, fallback = false): boolean {
        const value = this.values[name];
        return value === undefined ? fallback : parseBoolean(name, value);
    }

    /** Everything except the named parameters. */
    without(...names: string[]): Record<string, string> {
        return Object.fromEntries(Object.entries(this.values).filter(([name]) => !names.includes(name)));
    }
}

/** A VM id; PVE starts them at 100. */
export function parseVmid(name: string, value: string): number {
    const vmid = Number(value);
    if (!/^[1-9]\d{2,8}$/.test(value)) {
        throw badParameters({ [name]: "invalid format - value does not look like a valid VM ID" });
    }
    return vmid;
}

/** PVE takes several spellings of a boolean. */
export function parseBoolean(name: string, value: string): boolean {
    if (/^(1|on|yes|true)$/i.test(value)) return true;
    if (/^(0|off|no|false)$/i.test(value)) return false;
    throw badParameters({ [name]: `type check ('boolean') failed - got '${value}'` });
}
