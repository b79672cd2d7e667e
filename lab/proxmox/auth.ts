/** Who may call: the holder of the API token, or of a ticket that user name and password (the token's secret) were exchanged for. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { ApiError } from "./errors";

const TICKET_LIFETIME_SECONDS = 2 * 60 * 60;

/** The headers authentication looks at. */
export interface Credentials {
    authorization?: string;
    cookie?: string;
    csrfToken?: string;
}

export class Authentication {
    private readonly user: string;
    private readonly tokenId: string;
    private readonly secret: string;

    /** Takes the token as the provider is given it: `user@realm!name=secret`. */
    constructor(private readonly token: string) {
        const [, tokenId, user, secret] = /^(([^!\s]+@[^!\s]+)![^=\s]+)=(\S+)$/.exec(token) ?? [];
        if (tokenId === undefined || user === undefined || secret === undefined) {
            throw new Error("The API token must look like root@pam!lab=secret.");
        }
        this.user = user;
        this.tokenId = tokenId;
        this.secret = secret;
    }

    /** The caller's name as tasks record it; throws PVE's 401. */
    check(method: string, { authorization, cookie, csrfToken }: Credentials): string {
        if (authorization?.startsWith("PVEAPIToken=") === true) {
            const given = authorization.slice("PVEAPIToken=".length);
            if (same(given, this.token)) return this.tokenId;
            const id = given.replace(/=.*/, "");
            const user = id.replace(/!.*/, "");
            if (user !== this.user) throw new ApiError(401, `no such user ('${user}')`);
            if (id !== this.tokenId) throw new ApiError(401, `no such token '${id.replace(/.*!/, "")}' for user '${user}'`);
            throw new ApiError(401, "invalid token value!");
        }
        const ticket = /(?:^|;\s*)PVEAuthCookie=([^;]+)/.exec(cookie ?? "")?.[1];
        if (ticket === undefined) throw new ApiError(401, "No ticket");
        return this.checkTicket(method, decodeURIComponent(ticket), csrfToken);
    }

    /** POST /access/ticket. */
    ticket(username: string, password: string): Record<string, string> {
        if (username !== this.user || !same(password, this.secret)) throw new ApiError(401, "authentication failure");
        const time = Math.floor(Date.now() / 1000).toString(16).toUpperCase();
        return { username, ticket: this.ticketOf(time), CSRFPreventionToken: this.csrfOf(time) };
    }

    private checkTicket(method: string, ticket: string, csrfToken: string | undefined): string {
        const time = ticket.split(":")[2] ?? "";
        const age = Date.now() / 1000 - parseInt(time, 16);
        if (!same(ticket, this.ticketOf(time)) || !(age < TICKET_LIFETIME_SECONDS)) {
            throw new ApiError(401, "permission denied - invalid PVE ticket");
        }
        if (method !== "GET" && method !== "HEAD" && !same(csrfToken ?? "", this.csrfOf(time))) {
            throw new ApiError(401, "Permission denied - invalid csrf token");
        }
        return this.user;
    }

    private ticketOf(time: string): string {
        return `PVE:${this.user}:${time}::${this.signed(`ticket:${time}`)}`;
    }

    private csrfOf(time: string): string {
        return `${time}:${this.signed(`csrf:${time}`)}`;
    }

    private signed(text: string): string {
        return createHmac("sha256", this.secret).update(`${this.user}:${text}`).digest("base64");
    }
}

function same(a: string, b: string): boolean {
    const [left, right] = [Buffer.from(a), Buffer.from(b)];
    return left.length === right.length && timingSafeEqual(left, right);
}
