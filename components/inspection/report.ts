/** What the program `inspect` prints on a host, as data. */
import { z } from "zod";
import { printableLine } from "../text/display";
import { journalEntry } from "./journal";

const seconds = z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number);
const number = z.string().regex(/^\d+$/).transform(Number);

const service = z.object({
    /** systemd's word for the unit file: loaded, masked, not-found. */
    load: z.string(),
    /** active, inactive, failed, activating. */
    state: z.string(),
    subState: z.string(),
    /** How often systemd started it again since it was last started by hand. */
    restarts: number.catch(0),
    /** Unix time; absent when it is not active. */
    since: z.number().optional(),
});

const connection = z.object({
    /** HOST:PORT. */
    target: z.string(),
    connected: z.boolean(),
    /** Why not. */
    error: z.string().optional(),
    /** Status of GET /readyz; absent where there was no HTTP answer, or nothing to ask with. */
    http: number.optional(),
    /** PEM of the certificate the server showed. */
    certificate: z.string().optional(),
});

const vip = z.object({
    /** Its VRRP instance. */
    instance: z.string(),
    /** The MAC address of the interface that has the VIP; absent on a host without it. */
    holds: z.object({ mac: z.string(), interface: z.string() }).optional(),
    vrrp: z.object({ state: z.string(), since: seconds }).optional(),
    priority: number.optional(),
    routerId: number.optional(),
    /** The MAC address this host has for the VIP; absent on the master, and before any traffic. */
    neighbour: z.object({ mac: z.string(), state: z.string() }).optional(),
});

const inspection = z.object({
    /** The host's clock, Unix time. */
    time: seconds,
    tools: z.array(z.string()),
    /** The interface that has the host's own address. */
    interface: z.string().optional(),
    /** By address. */
    vips: z.record(z.string(), vip),
    /** VIPs that this host announces by BGP; absent where it announces none. */
    announced: z.array(z.string()).optional(),
    /** States of sessions: of BGP by the router's name, of BFD by its address. */
    bgp: z.record(z.string(), z.string()).optional(),
    bfd: z.record(z.string(), z.string()).optional(),
    /** The flag keepalived watches. */
    proxyDown: z.string().optional(),
    /** What the proxy's workers answered on the status port. */
    answer: z.string().optional(),
    services: z.record(z.string(), service),
    /**
     * By service, the numbers of its processes that are stopped (SIGSTOP): systemd calls them active, and they do
     * nothing.
     */
    stopped: z.record(z.string(), z.array(z.string())).optional(),
    /** Each file system the load balancer writes to, by a folder on it. */
    spaces: z
        .array(
            z.object({
                place: z.string(),
                /** What others than root may use, and the whole, in kB. */
                free: number,
                size: number,
                /** Files that can still be made, and those there can be; both 0 where there is no limit. */
                freeInodes: number,
                inodes: number,
            }),
        )
        .optional(),
    /** "gone": there was one when the host was configured last; absent where there never was one. */
    defaultRoute: z.enum(["there", "gone"]).optional(),
    /** What filters the host's input, such as "ufw" or "nftables, table inet filter"; absent where nothing does. */
    firewalls: z.array(z.string()).optional(),
    packages: z.record(z.string(), z.string()),
    /** Absent when this host has no list of managed files. */
    files: z
        .array(
            z.object({
                path: z.string(),
                /** Absent when the file is not there. */
                mode: z.string().optional(),
                /** Of the text with its passwords masked. */
                sha256: z.string().optional(),
            }),
        )
        .optional(),
    listeners: z.array(connection),
    servers: z.array(connection),
    journal: z.array(z.object({ time: z.number(), unit: z.string(), message: z.string() })),
    /** What journalctl complained about. */
    journalError: z.string().optional(),
});

export type Inspection = z.infer<typeof inspection>;
export type VipInspection = z.infer<typeof vip>;
export type ConnectionSeen = Inspection["listeners"][number];
export type JournalEntry = Inspection["journal"][number];

/** The version of the format, which the program says in its first line. */
const VERSION = "3";

/**
 * Reads a report; throws an Error for users when it is not one, not a whole one, or one of another version of the
 * program.
 */
export function parseReport(text: string): Inspection {
    // What a terminal would act on goes no further; certificates come in letters and digits.
    const lines = text
        .split("\n")
        .filter((line) => line !== "")
        .map(printableLine);
    const [keyword, version] = (lines[0] ?? "").split(" ");
    if (keyword !== "inspection") throw new Error("the answer of the program `inspect` is not a report");
    if (version !== VERSION)
        throw new Error(
            `the program \`inspect\` on the host is another version (${version ?? "none"}): \`pulumi up\` ` +
                "brings the right one",
        );
    if (lines.at(-1) !== "end") throw new Error("the report was cut off");
    const parsed = inspection.safeParse(facts(lines));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(`the report cannot be understood: ${issue!.path.join(".")}: ${issue!.message}`);
}

/** What a host calls things is no name of anything here, such as __proto__. */
const byName = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

/** The lines as they are, sorted into their places; what is not known is a fact of a later version, and left out. */
function facts(lines: string[]): unknown {
    const connections: Record<
        string,
        { target: string; connected: boolean; error?: string; http?: string; certificate?: string; kind: string }
    > = byName();
    const vips: Record<string, { instance: string }> = byName();
    const vipsOf = (name: string): object[] => Object.values(vips).filter(({ instance }) => instance === name);
    const services: Record<string, unknown> = byName();
    const packages: Record<string, string> = byName();
    const stopped: Record<string, string[]> = byName();
    const announced: string[] = [];
    const sessions: Record<string, Record<string, string>> = {};
    const spaces: unknown[] = [];
    const firewalls: string[] = [];
    const tools: string[] = [];
    const files: unknown[] = [];
    const journal: unknown[] = [];
    const found: Record<string, unknown> = {};
    for (const line of lines) {
        const [keyword = "", first = "", second = "", ...more] = line.split(" ");
        switch (keyword) {
            case "time":
                found["time"] = first;
                break;
            case "tool":
                tools.push(first);
                break;
            case "interface":
                found["interface"] = first;
                break;
            case "vip":
                vips[first] = { instance: second };
                break;
            // The rest about a VIP, or about its instance, follows it.
            case "holds":
                Object.assign(vips[first] ?? {}, { holds: { mac: second, interface: more[0] } });
                break;
            case "vrrp-state":
                Object.assign(vips[first] ?? {}, { vrrp: { since: second, state: more[0] } });
                break;
            case "priority":
                vipsOf(first).forEach((vip) => Object.assign(vip, { priority: second }));
                break;
            case "virtual_router_id":
                vipsOf(first).forEach((vip) => Object.assign(vip, { routerId: second }));
                break;
            case "announced":
                announced.push(first);
                break;
            case "bgp":
            case "bfd":
                (sessions[keyword] ??= byName())[first] = second;
                break;
            case "proxy-down":
                found["proxyDown"] = first;
                break;
            case "answer":
                found["answer"] = line.slice("answer ".length);
                break;
            case "service": {
                const [state, subState, restarts, since] = more;
                services[first] = {
                    load: second,
                    state,
                    subState,
                    restarts,
                    ...(Number(since) > 0 ? { since: Number(since) } : {}),
                };
                break;
            }
            case "stopped":
                stopped[first] = [second, ...more].filter((pid) => pid !== "");
                break;
            case "space": {
                const [size, freeInodes, inodes] = more;
                spaces.push({ place: first, free: second, size, freeInodes, inodes });
                break;
            }
            case "default-route":
                found["defaultRoute"] = first;
                break;
            case "firewall":
                firewalls.push(line.slice("firewall ".length));
                break;
            case "package":
                packages[first] = second;
                break;
            case "managed":
                found["files"] = files;
                break;
            case "file":
                files.push({ mode: first, sha256: second, path: more.join(" ") });
                break;
            case "missing":
                files.push({ path: line.slice("missing ".length) });
                break;
            case "listener":
            case "server":
                connections[`${keyword} ${first}`] = {
                    kind: keyword,
                    target: first,
                    connected: second === "connected",
                    ...(second === "connected" ? {} : { error: more.join(" ") }),
                };
                break;
            // The rest about a connection follows it.
            case "http":
                Object.assign(lastOf(connections, first), { http: second });
                break;
            case "certificate":
                Object.assign(lastOf(connections, first), {
                    certificate: Buffer.from(second, "base64").toString("utf8"),
                });
                break;
            case "neighbour":
                Object.assign(vips[first] ?? {}, { neighbour: { mac: second, state: more[0] } });
                break;
            case "journal":
                journal.push(journalEntry(line.slice("journal ".length)));
                break;
            case "journal-failed":
                found["journalError"] = line.slice("journal-failed ".length);
                break;
            default:
                break;
        }
    }
    const ofKind = (kind: string): unknown[] => Object.values(connections).filter((each) => each.kind === kind);
    if (Object.keys(stopped).length > 0) found["stopped"] = stopped;
    if (announced.length > 0) found["announced"] = announced;
    if (spaces.length > 0) found["spaces"] = spaces;
    if (firewalls.length > 0) found["firewalls"] = firewalls;
    return {
        ...found,
        ...sessions,
        vips,
        tools,
        services,
        packages,
        journal: journal.filter((entry) => entry !== undefined),
        listeners: ofKind("listener"),
        servers: ofKind("server"),
    };
}

/**
 * The connection to that target which was reported last: a VIP and a server may have the same name only in a broken
 * configuration.
 */
function lastOf(connections: Record<string, object>, target: string): object {
    return Object.entries(connections).findLast(([key]) => key.endsWith(` ${target}`))?.[1] ?? {};
}
