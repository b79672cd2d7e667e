import { type Log } from "../shared/engineLog";

/** Passes output on to the engine's log line by line. */
export class OutputLog {
    private rest = Buffer.alloc(0);

    constructor(
        private readonly log: Log,
        private readonly enabled: boolean,
    ) {}

    write(chunk: Buffer): void {
        if (!this.enabled) return;
        // Cut at the line feed before decoding, so that a character split over two chunks stays whole.
        let pending = Buffer.concat([this.rest, chunk]);
        for (let end = pending.indexOf(10); end >= 0; end = pending.indexOf(10)) {
            this.line(pending.subarray(0, end));
            pending = pending.subarray(end + 1);
        }
        this.rest = pending;
    }

    /** Passes on what came after the last line feed. */
    end(): void {
        if (this.rest.length > 0) this.line(this.rest);
        this.rest = Buffer.alloc(0);
    }

    private line(bytes: Buffer): void {
        this.log.status(bytes.toString("utf8").replace(/\r$/, ""));
    }
}
