/** Lines of the journal, as a host reports them. */
import { z } from "zod";
import { printableLine } from "../text/display";
import { parsedJson } from "../text/json";

export interface JournalEntry {
    /** Unix time, in seconds. */
    time: number;
    /** Without ".service". */
    unit: string;
    message: string;
}

/** Text that is not UTF-8 comes as a list of bytes, and no text at all as null. */
const line = z.object({
    __REALTIME_TIMESTAMP: z.coerce.number(),
    // When it was sent, where that is known: hosts' journals are merged in one order, and may have been late to write.
    _SOURCE_REALTIME_TIMESTAMP: z.coerce.number().optional(),
    MESSAGE: z.union([z.string(), z.array(z.number())]).nullish(),
    // What systemd reports about a unit is a message of systemd's own; UNIT is the one it is about.
    UNIT: z.string().optional(),
    _SYSTEMD_UNIT: z.string().optional(),
});

/** One line of `journalctl --output json`; undefined for what is none. */
export function journalEntry(text: string): JournalEntry | undefined {
    const { data } = line.safeParse(parsedJson(text));
    if (data === undefined) return undefined;
    const { MESSAGE: sent } = data;
    const message = Array.isArray(sent) ? Buffer.from(sent).toString("utf8") : (sent ?? "");
    return {
        time: (data._SOURCE_REALTIME_TIMESTAMP ?? data.__REALTIME_TIMESTAMP) / 1_000_000,
        unit: printableLine((data.UNIT ?? data._SYSTEMD_UNIT ?? "").replace(/\.service$/, "")),
        message: printableLine(message),
    };
}
