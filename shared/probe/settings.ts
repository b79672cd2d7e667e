/** What the client's process is given, as JSON in its one argument, and what it prints, one JSON object a line. */
import type { ProbeObservations } from "./observations";

export interface ProbeSettings {
    host: string;
    port: number;
    /** The authority whose certificate must be shown; without it `pinned` decides. */
    caFile?: string;
    /** SHA-256 fingerprints of the certificates that may be shown, as Node writes them. */
    pinned?: string[];
    /** Milliseconds between new connections. */
    everyMs: number;
    /** Milliseconds after which an attempt is given up. */
    timeoutMs: number;
    limitMs: number;
    /** Milliseconds between the requests on the connection that is kept; none without it. */
    keptAliveEveryMs?: number;
    watches: WatchSettings[];
    /** The client is ready only when its watches are established; else with the first answer. */
    watchesFirst?: boolean;
}

/** A watch by HTTP with a token, as client-go holds one, or by kubectl. */
export type WatchSettings =
    | { kind: "http"; path: string; token: string }
    | { kind: "kubectl"; program: string; kubeconfig: string; resource: string; through?: Through };

/** Another way to the kubeconfig's server, and the name that it shows a certificate for. */
export interface Through {
    url: string;
    tlsName: string;
}

/** Sent a few times a second. */
export interface ProbeStatus {
    /** When the last good attempt and the last bad one began; milliseconds since the epoch. */
    lastGood?: number;
    lastBad?: number;
    /** Whether each watch has had an event, or was established, since it last broke. */
    watching: boolean[];
}

export interface ProbeMessage {
    /** A new connection was answered, and every watch established where that is asked for: sent once. */
    ready?: true;
    status?: ProbeStatus;
    /** The last one. */
    seen?: ProbeObservations;
}

/** Milliseconds since the epoch, finer than Date has them. */
export const now = (): number => performance.timeOrigin + performance.now();

/** An API server that wants to know who asks, as those of k3s and RKE2 do, has answered. */
export const isAnswer = (status: number | undefined): boolean => status === 200 || status === 401 || status === 403;
