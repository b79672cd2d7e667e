/** What route files see of the web server: a path, a handler, and what a call brings along. */
import { type Caller } from "./access/caller";
import { type Input } from "./input";
import { type StateStore } from "./state";
import { type Tasks } from "./tasks";
import { type GuestLocks } from "./locks";
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

/** Gives back what goes into `data`; undefined becomes null. Throws an ApiError for any other answer. */
export type Handler = (call: Call) => unknown;

/** Registers the calls the double knows; every other one is answered with 501. */
export interface Api {
    get(path: string, handler: Handler): void;
    post(path: string, handler: Handler): void;
    put(path: string, handler: Handler): void;
    delete(path: string, handler: Handler): void;
}

/** The parts of the double. */
export interface Proxmox {
    store: StateStore;
    tasks: Tasks;
    locks: GuestLocks;
    storages: Storages;
    hypervisor: Hypervisor;
    /** What GET /version says. */
    version: string;
    log: (line: string) => void;
}
