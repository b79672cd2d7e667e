/** What happened, from the journals of the hosts: moves of the VIP, and the life of both daemons. */
import { WATCHER } from "../render/watcher";
import { KEEPALIVED } from "../host/paths";
import type { HostReport } from "./rule";
import type { JournalEntry } from "./report";

export interface HostEvent {
    /** Unix time, by the host's own clock. */
    time: number;
    host: string;
    service: string;
    /** A VRRP state, or what systemd or keepalived says. */
    text: string;
}

/** Events of all hosts, oldest first. */
export function eventsOf(reports: HostReport[]): HostEvent[] {
    return reports
        .flatMap(({ host, inspection }) =>
            inspection.journal.flatMap((entry) => {
                const text = eventText(entry);
                return text === undefined ? [] : [{ time: entry.time, host, service: entry.unit, text }];
            }),
        )
        .sort((a, b) => a.time - b.time);
}

/** The short form of a line that tells of an event; undefined for all that daemons have to say besides. */
function eventText({ unit, message }: JournalEntry): string | undefined {
    const state = /^\([^)]*\) Entering (\w+) STATE/.exec(message)?.[1];
    if (unit === KEEPALIVED && state !== undefined) return state;
    if (unit === KEEPALIVED && /^VRRP_Script\(\S+\) (failed|succeeded|timed out)/.test(message)) return message;
    if (unit === WATCHER && /, which is none of the hosts, /.test(message)) return message.split(". ")[0];
    if (/^(Started|Stopped|Reloaded|Failed to start|Failed to reload) /.test(message))
        return message.split(" - ")[0]!.replace(/\.service$/, "");
    if (/^\S+\.service: (Watchdog timeout|Main process exited|Failed with result|Scheduled restart)/.test(message))
        return message.replace(/^\S+\.service: /, "");
    return undefined;
}
