/** The sizes that are measured: one thing grows, everything else stays small. */
import type { LabInstance } from "../../lab/instance";
import { type BenchMachine, benchVip } from "../support/machines";
import type { StackConfig } from "../support/stack";

export type Dimension = "hosts" | "listeners" | "backends";

export interface Point {
    hosts: number;
    /** Besides the API. */
    listeners: number;
    /** Of all those listeners together. */
    backends: number;
}

/** The smallest set-up, where every dimension starts. */
const SMALL: Point = { hosts: 2, listeners: 1, backends: 3 };

export const sizes: Record<Dimension, number[]> = {
    hosts: [2, 3, 5, 8],
    listeners: [1, 10, 100],
    backends: [3, 30, 300],
};

/**
 * A listener needs a backend, so there are three for each listener, as behind the API, and for backends one listener
 * with all of them.
 */
export function pointOf(dimension: Dimension, size: number): Point {
    switch (dimension) {
        case "hosts":
            return { ...SMALL, hosts: size };
        case "listeners":
            return { ...SMALL, listeners: size, backends: 3 * size };
        case "backends":
            return { ...SMALL, backends: size };
    }
}

export const nameOf = ({ hosts, listeners, backends }: Point): string =>
    `${hosts} hosts, ${listeners} listeners, ${backends} backends`;

/** Every point of these dimensions once, whichever of them it belongs to. */
export function pointsOf(dimensions: Dimension[]): Point[] {
    const points = dimensions.flatMap((dimension) => sizes[dimension].map((size) => pointOf(dimension, size)));
    return points.filter((point, index) => points.findIndex((other) => nameOf(other) === nameOf(point)) === index);
}

/** The configuration of a point. `changed` leaves an API server out: a change of one line on each host. */
export function configOf(
    instance: LabInstance,
    machines: BenchMachine[],
    { hosts, listeners, backends }: Point,
    changed: boolean,
): StackConfig {
    const servers = instance.apiServers.map(({ address }) => address);
    const each = backends / listeners;
    return {
        vip: `${benchVip(instance)}/24`,
        apiServers: changed ? servers.slice(0, -1) : servers,
        hosts: machines.slice(0, hosts).map(({ name, address }) => ({ name, address })),
        listeners: Array.from({ length: listeners }, (_, index) => ({
            name: `service${index + 1}`,
            port: 20_000 + index,
            backendPort: 30_000,
            backends: Array.from({ length: each }, (_each, backend) => backendAddress(index * each + backend)),
        })),
    };
}

/** Addresses that no machine of a lab has: no client asks these listeners, and nginx asks backends only for clients. */
function backendAddress(index: number): string {
    return `10.200.${Math.floor(index / 250)}.${1 + (index % 250)}`;
}
