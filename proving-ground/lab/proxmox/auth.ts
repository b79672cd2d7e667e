/**
 * Who calls: the owner of an API token, or of a ticket that user name and password (a token's secret) were exchanged
 * for.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { ApiError } from "./errors";

const TICKET_LIFETIME_SECONDS = 2 * 60 * 60;

/** The headers that authentication uses. */
export interface Credentials {
    authorization?: string;
    cookie?: string;
    csrfToken?: string;
}

interface Token {
    id: string;
    user: string;
    secret: string;
}

export class Authentication {
    private readonly tokens: Token[];

    /** Takes tokens as the provider is given them: `user@realm!name=secret`. */
    constructor(tokens: string[]) {
        this.tokens = tokens.map((token) => {
            const [, id, user, secret] = /^(([^!\s]+@[^!\s]+)![^=\s]+)=(\S+)$/.exec(token) ?? [];
            if (id === undefined || user === undefined || secret === undefined)
                throw new Error("An API token must look like root@pam!lab=secret.");
            return { id, user, secret };
        });
    }

    /** The caller's name as tasks record it; throws PVE's 401. */
    check(method: string, { authorization, cookie, csrfToken }: Credentials): string {
        if (authorization?.startsWith("PVEAPIToken=") === true) {
            const given = authorization.slice("PVEAPIToken=".length);
            const id = given.replace(/=.*/, "");
            const user = id.replace(/!.*/, "");
            if (!this.tokens.some((token) => token.user === user)) throw new ApiError(401, `no such user ('${user}')`);
            const token = this.tokens.find((known) => known.id === id);
            if (token === undefined)
                throw new ApiError(401, `no such token '${id.replace(/.*!/, "")}' for user '${user}'`);
            if (!same(given, `${id}=${token.secret}`)) throw new ApiError(401, "invalid token value!");
            return id;
        }
        const ticket = /(?:^|;\s*)PVEAuthCookie=([^;]+)/.exec(cookie ?? "")?.[1];
        if (ticket === undefined) throw new ApiError(401, "No ticket");
        return this.checkTicket(method, decodeURIComponent(ticket), csrfToken);
    }

    /** POST /access/ticket. */
    ticket(username: string, password: string): Record<string, string> {
        const token = this.tokens.find(({ user, secret }) => user === username && same(password, secret));
        if (token === undefined) throw new ApiError(401, "authentication failure");
        const time = Math.floor(Date.now() / 1000)
            .toString(16)
            .toUpperCase();
        return { username, ticket: ticketOf(token, time), CSRFPreventionToken: csrfOf(token, time) };
    }

    private checkTicket(method: string, ticket: string, csrfToken: string | undefined): string {
        const time = ticket.split(":")[2] ?? "";
        const age = Date.now() / 1000 - parseInt(time, 16);
        const token = this.tokens.find((known) => same(ticket, ticketOf(known, time)));
        if (token === undefined || !(age < TICKET_LIFETIME_SECONDS)) {
            throw new ApiError(401, "permission denied - invalid PVE ticket");
        }
        if (method !== "GET" && method !== "HEAD" && !same(csrfToken ?? "", csrfOf(token, time))) {
            throw new ApiError(401, "Permission denied - invalid csrf token");
        }
        return token.user;
    }
}

function ticketOf(token: Token, time: string): string {
    return `PVE:${token.user}:${time}::${signed(token, `ticket:${time}`)}`;
}

function csrfOf(token: Token, time: string): string {
    return `${time}:${signed(token, `csrf:${time}`)}`;
}

function signed({ user, secret }: Token, text: string): string {
    return createHmac("sha256", secret).update(`${user}:${text}`).digest("base64");
}

function same(a: string, b: string): boolean {
    const [left, right] = [Buffer.from(a), Buffer.from(b)];
    return left.length === right.length && timingSafeEqual(left, right);
}
