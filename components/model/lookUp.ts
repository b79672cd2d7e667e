/**
 * Asks for the addresses of the VIP's name, by a small program of its own: only so can the answer be had before the
 * constructor goes on, and with it an error before any resource is registered.
 */
import { execFile, spawnSync } from "node:child_process";
import type { VipLookup } from "./inputs";

/**
 * The system's own way, without servers, knows the hosts file and search domains too. Prints the addresses, or why
 * there are none.
 */
const PROGRAM = `
const { lookup, Resolver } = require("node:dns").promises;
const [name, ...servers] = process.argv.slice(1);
async function addresses() {
    if (servers.length === 0) return (await lookup(name, { all: true })).map(({ address }) => address);
    const resolver = new Resolver({ timeout: 2000, tries: 2 });
    resolver.setServers(servers);
    return resolver.resolve4(name).catch((error) => {
        if (error.code !== "ENODATA") throw error;
        return resolver.resolve6(name);
    });
}
addresses()
    .then((addresses) => ({ addresses }), ({ code, message }) => ({ code, message }))
    .then((answer) => console.log(JSON.stringify(answer)));`;

const TIMEOUT_MS = 20_000;

const REASONS: Record<string, string> = {
    ENOTFOUND: "there is no such name",
    ENODATA: "the name has no address",
    ETIMEOUT: "no name server answered in time",
    EAI_AGAIN: "no name server answered",
    ECONNREFUSED: "the name server refused the connection",
    ESERVFAIL: "the name server failed",
};

/** Never throws: why there is no address is part of the answer. */
export function lookUpNow(name: string, servers: string[] | undefined): VipLookup {
    const { stdout } = spawnSync(process.execPath, command(name, servers), {
        encoding: "utf8",
        timeout: TIMEOUT_MS,
        env: ENVIRONMENT,
    });
    return answer(name, servers, stdout);
}

/** The same for a name that is known later only. */
export function lookUp(name: string, servers: string[] | undefined): Promise<VipLookup> {
    return new Promise((resolve) => {
        execFile(
            process.execPath,
            command(name, servers),
            { timeout: TIMEOUT_MS, env: ENVIRONMENT },
            (_error, stdout) => resolve(answer(name, servers, stdout)),
        );
    });
}

/**
 * Without the configuration that Pulumi tells by it, secrets and all, and without options of the program that runs
 * Pulumi, which may name loaders that are not to be found from elsewhere.
 */
const ENVIRONMENT = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PULUMI|PROXMOX_VE)_/.test(name))),
    NODE_OPTIONS: "",
};

const command = (name: string, servers: string[] | undefined): string[] => [
    "-e",
    PROGRAM,
    "--",
    name,
    ...(Array.isArray(servers) ? servers.map(String) : []),
];

function answer(name: string, servers: string[] | undefined, text: string | null): VipLookup {
    const {
        addresses,
        code = "",
        message = "it could not be asked for",
    } = JSON.parse(text === null || text === "" ? "{}" : text) as {
        addresses?: string[];
        code?: string;
        message?: string;
    };
    if (addresses !== undefined) return { name, addresses: [...new Set(addresses)].sort() };
    const asked = servers === undefined || servers.length === 0 ? "" : ` (asked: ${servers.join(", ")})`;
    return { name, addresses: [], failure: `${REASONS[code] ?? message}${asked}` };
}
