/** Lines of the journal, as a host reports them. */

/**
 * One line of `journalctl --output json`. Text that is not UTF-8 comes as a list of bytes, and no text at all as null.
 */
export function journalEntry(line: string): unknown {
    const entry = JSON.parse(line) as {
        __REALTIME_TIMESTAMP?: string;
        _SOURCE_REALTIME_TIMESTAMP?: string;
        MESSAGE?: string | number[] | null;
        UNIT?: string;
        _SYSTEMD_UNIT?: string;
    };
    const message = Array.isArray(entry.MESSAGE) ? Buffer.from(entry.MESSAGE).toString("utf8") : (entry.MESSAGE ?? "");
    // What systemd reports about a unit is a message of systemd's own; UNIT is the one it is about.
    // When it was sent, where that is known: hosts' journals are merged in one order, and may have been late to write.
    const time = Number(entry._SOURCE_REALTIME_TIMESTAMP ?? entry.__REALTIME_TIMESTAMP) / 1_000_000;
    return { time, unit: (entry.UNIT ?? entry._SYSTEMD_UNIT ?? "").replace(/\.service$/, ""), message };
}
