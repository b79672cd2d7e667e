/** A status as people read it. */
import { styleText } from "node:util";
import type { ApiServerStatus, HostStatus, Status } from "./status";

export function statusText(status: Status): string {
    const { vip, holders, hosts, apiServers, certificate, events, problems } = status;
    const now = Math.max(Date.now() / 1000, ...hosts.map(({ since }) => since ?? 0));
    return [
        `VIP ${vip}: ` +
            `${holders.length === 0 ? bad("held by nobody") : holders.length === 1 ? `held by ${holders[0]}` : bad(`held by ${holders.join(" and ")} at the same time`)}`,
        ...table(hosts.map((host) => hostRow(host, now))),
        "API servers, as the hosts see them:",
        ...table(apiServers.map(apiServerRow)),
        ...(certificate === undefined
            ? []
            : [`Certificate shown at the VIP: ${certificate.daysLeft} days left, for ${certificate.names.join(", ")}`]),
        `What happened${events.length === 0 ? ": nothing" : ""}`,
        ...events.map(
            ({ time, host, service, text }) =>
                `  ${new Date(time * 1000).toISOString().replace("T", " ").replace("Z", "")}  ${host}  ` +
                `${service}: ${text}`,
        ),
        ...(problems.length === 0
            ? ["All is well."]
            : ["Not well:", ...problems.map((problem) => bad(`  - ${problem}`))]),
        "",
    ].join("\n");
}

function hostRow(
    { name, address, problem, state, since, priority, services = {}, versions = {}, drift = [] }: HostStatus,
    now: number,
): string[] {
    if (problem !== undefined) return [name, address, bad(problem)];
    return [
        name,
        address,
        `${state ?? bad("no state")}${since === undefined ? "" : ` for ${ago(now - since)}`}`,
        `priority ${priority ?? "unknown"}`,
        ...Object.entries(services).map(
            ([service, each]) =>
                `${service} ` +
                `${each.state === "active" ? "active" : bad(each.state)}${each.restarts > 0 ? ` (started again ${each.restarts}x)` : ""}`,
        ),
        Object.entries(versions)
            .map(([packageName, version]) => `${packageName} ${version}`)
            .join(", "),
        drift.length === 0
            ? "files as rendered"
            : bad(`${drift.length === 1 ? "1 file" : `${drift.length} files`} edited: npm run drift`),
    ];
}

function apiServerRow({ server, up, problems, daysLeft }: ApiServerStatus): string[] {
    const why = Object.entries(problems)
        .map(([host, problem]) => `${host}: ${problem}`)
        .join("; ");
    return [
        server,
        up ? "up" : bad(`down (${why || "not looked at"})`),
        daysLeft === undefined ? "" : `certificate ${daysLeft} days left`,
    ];
}

/** Columns as wide as their widest cell; colours take no room. */
function table(rows: string[][]): string[] {
    // eslint-disable-next-line no-control-regex
    const width = (text: string): number => text.replace(/\x1b\[\d+m/g, "").length;
    const columns = Math.max(0, ...rows.map((row) => row.length));
    const widths = Array.from({ length: columns }, (_, column) =>
        Math.max(0, ...rows.filter((row) => row.length > column + 1).map((row) => width(row[column]!))),
    );
    return rows.map((row) =>
        (
            "  " +
            `${row.map((cell, column) => cell + (column + 1 === row.length ? "" : " ".repeat(widths[column]! - width(cell) + 2))).join("")}`
        ).trimEnd(),
    );
}

function ago(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 120) return `${whole} s`;
    if (whole < 7200) return `${Math.round(whole / 60)} min`;
    return whole < 172_800 ? `${Math.round(whole / 3600)} h` : `${Math.round(whole / 86_400)} days`;
}

const bad = (text: string): string => styleText("red", text, { stream: process.stdout });
