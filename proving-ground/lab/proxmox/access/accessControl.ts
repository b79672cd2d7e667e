/** Who may do what where: users and their tokens, roles, and the list that gives a role to one of them on a path. */
import { privilegesOf, type Version } from "./privileges";

/** May do everything. Its tokens may too, unless their privileges are separated. */
const ROOT = "root@pam";

/** A role given to a user (`pulumi@pve`) or a token (`pulumi@pve!ha-api`) on a path. */
interface Grant {
    path: string;
    to: string;
    role: string;
    /** Whether it holds below the path too. */
    propagate: boolean;
}

export class AccessControl {
    private readonly known: Set<string>;
    private readonly users = new Set([ROOT]);
    private readonly separated = new Map<string, boolean>();
    private readonly roles = new Map<string, Set<string>>();
    private readonly grants: Grant[] = [];

    constructor(
        version: Version,
        /** The pool a guest is in: what is granted on a pool holds for its members. */
        private readonly poolOf: (vmid: number) => string | undefined,
    ) {
        this.known = privilegesOf(version);
        this.roles.set("NoAccess", new Set());
        this.roles.set("Administrator", this.known);
    }

    addRole(role: string, privileges: string[]): void {
        if (this.roles.has(role)) throw new Error(`create role failed: role '${role}' already exists`);
        this.roles.set(role, new Set());
        for (const privilege of privileges) {
            if (!this.known.has(privilege)) throw new Error(`create role failed: invalid privilege '${privilege}'`);
            this.roles.get(role)!.add(privilege);
        }
    }

    addUser(user: string): void {
        if (this.users.has(user)) throw new Error(`create user failed: user '${user}' already exists`);
        this.users.add(user);
    }

    /** `separated`: the token may do only what both it and its user may (`--privsep 1`, which is the default). */
    addToken(user: string, name: string, separated: boolean): void {
        if (!this.users.has(user)) throw new Error(`no such user ('${user}')`);
        this.separated.set(`${user}!${name}`, separated);
    }

    grant(grant: Grant): void {
        if (!this.roles.has(grant.role)) throw new Error(`role '${grant.role}' does not exist`);
        if (!this.users.has(grant.to) && !this.separated.has(grant.to)) throw new Error(`'${grant.to}' does not exist`);
        this.grants.push(grant);
    }

    knows(name: string): boolean {
        return this.users.has(name) || this.separated.has(name);
    }

    /** What a user or token may do on a path. */
    on(path: string, name: string): ReadonlySet<string> {
        const user = name.replace(/!.*/, "");
        const users = user === ROOT ? this.known : this.granted(path, user);
        if (name === user || this.separated.get(name) === false) return users;
        const own = this.granted(path, name);
        return new Set([...users].filter((privilege) => own.has(privilege)));
    }

    private granted(path: string, name: string): Set<string> {
        const own = this.inherited(path, name);
        const vmid = /^\/vms\/(\d+)$/.exec(path)?.[1];
        const pool = vmid === undefined ? undefined : this.poolOf(Number(vmid));
        return pool === undefined ? own : new Set([...own, ...this.inherited(`/pool/${pool}`, name)]);
    }

    /** What is given nearest to the path counts alone: it replaces what comes from above. */
    private inherited(path: string, name: string): Set<string> {
        for (let at = path; ; at = at.replace(/\/[^/]*$/, "") || "/") {
            const here = this.grants.filter(
                (grant) => grant.to === name && grant.path === at && (grant.propagate || at === path),
            );
            if (here.some(({ role }) => role === "NoAccess")) return new Set();
            if (here.length > 0) return new Set(here.flatMap(({ role }) => [...this.roles.get(role)!]));
            if (at === "/") return new Set();
        }
    }
}
