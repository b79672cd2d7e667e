/** What the program `record` prints, as data; times are the host's own, in milliseconds since the epoch. */
import { journalEntry } from "../../../components/inspection/journal";
import { printableLine } from "../../../components/text/display";
import { REVERT_UNIT } from "./hostScripts";
import type { HostEvent } from "./record";

export type RecordLine =
    | { kind: "time"; hostTime: number }
    | { kind: "look"; hostTime: number; held: boolean; state: string }
    | { kind: "event"; event: HostEvent };

/** Undefined for a line that tells nothing we know. */
export function parseRecordLine(line: string): RecordLine | undefined {
    const [keyword, rest = ""] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
    if (keyword === "time") return { kind: "time", hostTime: Number(rest) * 1000 };
    if (keyword === "look") {
        const [hostTime, held, state = ""] = rest.split(" ");
        return { kind: "look", hostTime: Number(hostTime) * 1000, held: held === "yes", state: printableLine(state) };
    }
    const event = Object.hasOwn(EVENTS, keyword) ? EVENTS[keyword]!(rest) : undefined;
    return event && { kind: "event", event };
}

/** `[2026-11-21T08:06:54.436835] Deleted 2: host0 inet ...`, in UTC. */
function addressEvent(text: string): HostEvent | undefined {
    const [, time, deleted] = /^\[([0-9T:.-]+)\] (Deleted )?/.exec(text) ?? [];
    if (time === undefined) return undefined;
    const fraction = /\.(\d+)$/.exec(time)?.[1] ?? "0";
    // Date knows milliseconds; the rest is added.
    const at = Date.parse(`${time.replace(/\.\d+$/, "")}Z`) + Number(`0.${fraction}`) * 1000;
    return deleted === undefined
        ? { at, kind: "gained", text: "gets the VIP" }
        : { at, kind: "lost", text: "loses the VIP" };
}

function journalEvent(text: string): HostEvent | undefined {
    const entry = journalEntry(text);
    if (entry === undefined) return undefined;
    const { unit, message } = entry;
    // To the microsecond, which the journal has.
    const at = Math.round(entry.time * 1_000_000) / 1000;
    const state = /^\([^)]*\) Entering (\w+) STATE/.exec(message)?.[1];
    if (state !== undefined) return { at, kind: "state", text: state };
    const note = noteOf(unit, message);
    return note === undefined ? undefined : { at, kind: "note", text: note };
}

/** The few lines that explain what a host does, in few words. */
function noteOf(unit: string, message: string): string | undefined {
    if (unit === REVERT_UNIT) return message.startsWith("Started ") ? REVERTED : undefined;
    if (/^Started /.test(message)) return `${unit} started`;
    if (/^Stopped /.test(message)) return `${unit} stopped`;
    const exit = /: Main process exited, code=(\w+), status=(\S+)/.exec(message);
    if (exit !== null)
        return exit[1] === "exited"
            ? `${unit} ended (${exit[2]})`
            : `${unit} ${exit[1]} (${exit[2]!.replace(/^\d+\//, "")})`;
    if (/^VRRP_Script\(\S+\) (failed|timed out)/.test(message)) return "check of the proxy failed";
    if (/^VRRP_Script\(\S+\) succeeded/.test(message)) return "check of the proxy passed";
    return undefined;
}

/** What is noted when the host's own timer reverts a fault. */
export const REVERTED = "the host reverted the fault";

/** What tells of an event, by the keyword of its line. */
const EVENTS: Record<string, (text: string) => HostEvent | undefined> = {
    address: addressEvent,
    journal: journalEvent,
};
