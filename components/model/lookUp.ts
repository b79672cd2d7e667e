/** Asks for the addresses of the VIP's name. */
import { lookup as systemLookup, Resolver } from "node:dns/promises";
import type { VipLookup } from "./inputs";

const REASONS: Record<string, string> = {
    ENOTFOUND: "there is no such name", ENODATA: "the name has no IPv4 address", ETIMEOUT: "no name server answered in time",
    EAI_AGAIN: "no name server answered", ECONNREFUSED: "the name server refused the connection", ESERVFAIL: "the name server failed",
};

/** Never rejects: why there is no address is part of the answer. */
export async function lookUp(name: string, servers: string[] | undefined): Promise<VipLookup> {
    try {
        return { name, addresses: [...new Set(await addressesOf(name, servers))].sort() };
    } catch (error) {
        const { code = "", message } = error as NodeJS.ErrnoException;
        const asked = servers === undefined || servers.length === 0 ? "" : ` (asked: ${servers.join(", ")})`;
        return { name, addresses: [], failure: `${REASONS[code] ?? message}${asked}` };
    }
}

async function addressesOf(name: string, servers: string[] | undefined): Promise<string[]> {
    // The system's own way knows the hosts file and search domains too.
    if (servers === undefined || servers.length === 0) return (await systemLookup(name, { all: true, family: 4 })).map(({ address }) => address);
    const resolver = new Resolver({ timeout: 2000, tries: 2 });
    resolver.setServers(servers);
    return resolver.resolve4(name);
}
