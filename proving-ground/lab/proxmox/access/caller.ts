/** The caller of one request: what they may do, with Proxmox's message where they may not. */
import { ApiError } from "../errors";
import { type AccessControl } from "./accessControl";
import { type Check, evaluate } from "./checks";

export class Caller {
    constructor(
        /** As tasks record it: `root@pam`, or `pulumi@pve!ha-api` for a token. */
        readonly name: string,
        private readonly access: AccessControl,
        private readonly parameter: (name: string) => string | undefined,
        /** Is told each privilege without which something would have been refused or hidden. */
        private readonly needed: (privilege: string) => void,
    ) {}

    get isRoot(): boolean {
        return this.name === "root@pam";
    }

    /** Throws the 403 unless the check holds. */
    require(check: Check): void {
        const lacking = this.lacking(check);
        if (lacking !== undefined)
            throw new ApiError(
                403,
                lacking === "" ? "Permission check failed" : `Permission check failed (${lacking})`,
            );
    }

    may(check: Check): boolean {
        return this.lacking(check) === undefined;
    }

    /** All that is held on a path. */
    on(path: string): string[] {
        return [...this.access.on(path, this.name)];
    }

    private lacking(check: Check): string | undefined {
        const verdict = evaluate(check, { held: (path) => this.access.on(path, this.name), parameter: this.parameter });
        if (!verdict.granted) return verdict.lacking ?? "";
        for (const privilege of verdict.thanksTo) this.needed(privilege);
        return undefined;
    }
}
