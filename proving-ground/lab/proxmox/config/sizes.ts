/**
 * Disk sizes: the provider sends bytes, people send `20G` or `+5G`, and a configuration shows the largest whole unit.
 */

const UNITS = ["", "K", "M", "G", "T"] as const;

export const GIB = 1024 ** 3;

/** Bytes of `21474836480`, `20G` or `512M`; undefined when it is none of those. */
export function parseSize(text: string): number | undefined {
    const match = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text);
    if (match === null) return undefined;
    return Math.round(Number(match[1]) * 1024 ** UNITS.findIndex((unit) => unit === match[2]));
}

/** `20G`, `2252M`, ... */
export function formatSize(bytes: number): string {
    let size = bytes;
    let unit = 0;
    while (size > 0 && size % 1024 === 0 && unit < UNITS.length - 1) {
        size /= 1024;
        unit++;
    }
    return `${size}${UNITS[unit]}`;
}
