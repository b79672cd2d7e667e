/** A status as people read it. */
import { styleText } from "node:util";
import { roughly } from "../shared/report/duration";
import { aligned } from "../shared/report/table";
import type { ApiServerStatus, HostStatus, Status, VipStatus } from "./status";

export function statusText(status: Status): string {
    const { announcement, vips, hosts, apiServers, allowedClients, certificate, events, problems } = status;
    const now = Math.max(Date.now() / 1000, ...hosts.map(({ since }) => since ?? 0));
    return [
        ...vips.map((vip) => vipLine(vip, announcement)),
        ...indented(hosts.map((host) => hostRow(host, now, announcement))),
        ...(allowedClients === undefined ? [] : [`Clients allowed: ${allowedClients.join(", ")}, and the hosts`]),
        "API servers, as the hosts see them:",
        ...indented(apiServers.map(apiServerRow)),
        ...(certificate === undefined
            ? []
            : [`Certificate shown at the VIP: ${certificate.daysLeft} days left, for ${certificate.names.join(", ")}`]),
        `What happened${events.length === 0 ? ": nothing" : ""}`,
        ...events.map(
            ({ time, host, service, text }) =>
                `  ${new Date(time * 1000).toISOString().replace("T", " ").replace("Z", "")}  ${host}  ` +
                `${service}: ${text}`,
        ),
        ...(problems.length === 0 ? ["Healthy."] : ["Problems:", ...problems.map((problem) => bad(`  - ${problem}`))]),
        "",
    ].join("\n");
}

function vipLine({ address, name, prefers, heldBy }: VipStatus, announcement: Status["announcement"]): string {
    const elsewhere = prefers !== undefined && heldBy.length === 1 && heldBy[0] !== prefers;
    return (
        `VIP ${address}${name === undefined ? "" : ` (${name})`}: ` +
        (announcement === "bgp" ? announcedByText(heldBy) : heldByText(heldBy)) +
        (elsewhere ? `, prefers ${prefers}` : "")
    );
}

function announcedByText(hosts: string[]): string {
    return hosts.length === 0 ? bad("announced by no host") : `announced by ${hosts.join(", ")}`;
}

function heldByText(heldBy: string[]): string {
    if (heldBy.length === 0) return bad("held by no host");
    if (heldBy.length === 1) return `held by ${heldBy[0]}`;
    return bad(`split-brain: held by ${heldBy.join(" and ")} at the same time`);
}

function hostRow(
    { name, address, problem, state, since, priority, vips, services = {}, versions = {}, drift = [] }: HostStatus,
    now: number,
    announcement: Status["announcement"],
): string[] {
    if (problem !== undefined) return [name, address, bad(problem)];
    return [
        name,
        address,
        ...ownStates({ state, since, priority, vips }, now, announcement),
        ...Object.entries(services).map(
            ([service, { state: stateOf, restarts }]) =>
                `${service} ${stateOf === "active" ? stateOf : bad(stateOf)}` +
                (restarts > 0 ? ` (started again ${restarts}x)` : ""),
        ),
        Object.entries(versions)
            .map(([packageName, version]) => `${packageName} ${version}`)
            .join(", "),
        drift.length === 0
            ? "files as rendered"
            : bad(`${drift.length === 1 ? "1 file" : `${drift.length} files`} edited: npm run drift`),
    ];
}

function ownStates(
    { vips, ...own }: Pick<HostStatus, "state" | "since" | "priority" | "vips">,
    now: number,
    announcement: Status["announcement"],
): string[] {
    if (announcement === "bgp") return [stateColumn(own, now)];
    if (vips === undefined) return stateColumns(own, now);
    return Object.entries(vips).flatMap(([vip, each]) => {
        const [what, ...more] = stateColumns(each, now);
        return [`${vip}: ${what}`, ...more];
    });
}

type State = { [K in "state" | "since" | "priority"]: HostStatus[K] };

function stateColumns(own: Partial<State>, now: number): [string, string] {
    return [stateColumn(own, now), `priority ${own.priority ?? "unknown"}`];
}

function stateColumn({ state, since }: Partial<State>, now: number): string {
    return `${state ?? bad("no state")}${since === undefined ? "" : ` for ${roughly((now - since) * 1000)}`}`;
}

function apiServerRow({ server, up, problems, daysLeft }: ApiServerStatus): string[] {
    const why = Object.entries(problems)
        .map(([host, problem]) => `${host}: ${problem}`)
        .join("; ");
    return [
        server,
        up ? "up" : bad(`down (${why || "not inspected"})`),
        daysLeft === undefined ? "" : `certificate ${daysLeft} days left`,
    ];
}

const indented = (rows: string[][]): string[] => aligned(rows).map((line) => `  ${line}`);

const bad = (text: string): string => styleText("red", text, { stream: process.stdout });
