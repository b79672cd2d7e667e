/** The log: one line a change, one an error. An error that polling repeats is logged once until the call succeeds. */
export class Journal {
    private readonly errors = new Map<string, string>();

    constructor(private readonly log: (line: string) => void) {}

    answered(method: string, path: string, data: string): void {
        this.errors.delete(`${method} ${path}`);
        if (method === "GET" || method === "HEAD") return;
        this.log(`${method} ${path}${data.startsWith("UPID:") ? ` ${data}` : ""}`);
    }

    failed(
        method: string,
        path: string,
        status: number,
        message: string,
        errors?: Record<string, string>,
        unexpected?: unknown,
    ): void {
        const details = Object.entries(errors ?? {}).map(([name, text]) => ` ${name}: ${text.replace(/\s+/g, " ")};`);
        const line = `${status} ${message}${details.join("")}`;
        if (method === "GET" && this.errors.get(`${method} ${path}`) === line) return;
        this.errors.set(`${method} ${path}`, line);
        this.log(`${method} ${path} -> ${line}`);
        // Not a refusal but a fault of the fake server itself.
        if (unexpected instanceof Error && unexpected.stack !== undefined) this.log(unexpected.stack);
    }
}
