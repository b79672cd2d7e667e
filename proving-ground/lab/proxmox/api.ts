/** What route files see of the web server: a path, a handler, and what a call brings along. */
import type { Check } from "./access/checks";
import { type Version } from "./access/privileges";
import { type Authentication } from "./auth";
import { type Caller } from "./access/caller";
import { type Input } from "./input";
import { type StateStore } from "./state";
import { type Tasks } from "./tasks";
import { type GuestLocks } from "./locks";
import { type ClusterHealth } from "./health";
import { type Samples } from "./samples";
import { type Storages } from "./storages";
import { type Hypervisor } from "../hypervisor/hypervisor";

/** One authenticated call. */
export interface Call {
    /** The decoded variable parts of the path. */
    path(name: string): string;
    input: Input;
    /** Who calls, as tasks record it: `root@pam!lab` for a token. */
    user: string;
    /** What they may do. The check that belongs to the call as such is done before the handler is asked. */
    caller: Caller;
}

/** Returns what goes into `data`; undefined becomes null. Throws an ApiError for any other answer. */
export type Handler = (call: Call) => unknown;

/** Registers the calls the fake server knows; every other one is answered with 501. */
export interface Api {
    get: Register;
    post: Register;
    put: Register;
    delete: Register;
}

/** `who` is what the call asks of its caller before anything else is checked. */
export type Register = (path: string, who: Check, handler: Handler) => void;

/** One file in `routes/`: registers its calls. */
export type Routes = (api: Api, pve: Proxmox) => void;

/** The parts of the fake server. */
export interface Proxmox {
    store: StateStore;
    tasks: Tasks;
    locks: GuestLocks;
    storages: Storages;
    hypervisor: Hypervisor;
    health: ClusterHealth;
    samples: Samples;
    authentication: Authentication;
    /** The release of Proxmox VE that is played, and what GET /version says of it. */
    release: Version;
    version: string;
    log: (line: string) => void;
}
