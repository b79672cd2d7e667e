/** A browser without a window, of Debian, in a root file system that the lab builds: driven by DevTools' protocol. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { BROWSER, ensureImage } from "../../proving-ground/lab/hypervisor/image";

/** A throw-away layer on the image; the network is this machine's, for a server of the test. Messages go by 3 and 4. */
const START = `set -eu
mount -t tmpfs tmpfs "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount -t proc proc "$2/root/proc"
mount --rbind /dev "$2/root/dev"
exec chroot "$2/root" chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \\
    --user-data-dir=/run/profile --remote-debugging-pipe about:blank`;

type Result = Record<string, unknown>;

export class Browser {
    private readonly waiting = new Map<number, { resolve: (result: Result) => void; reject: (error: Error) => void }>();
    private readonly loads: (() => void)[] = [];
    private last = 0;
    private text = "";
    private session: string | undefined;

    private constructor(
        private readonly process: ChildProcess,
        private readonly folder: string,
    ) {
        (process.stdio[4] as Readable).on("data", (data: Buffer) => this.take(data.toString()));
    }

    /** With one page, as wide as a phone. */
    static async start(width: number): Promise<Browser> {
        const image = await ensureImage(BROWSER);
        const folder = mkdtempSync(join(tmpdir(), "ha-api-browser-"));
        const child = spawn("unshare", ["--mount", "sh", "-c", START, "sh", image, folder], {
            stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
        });
        const browser = new Browser(child, folder);
        const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
        const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });
        browser.session = sessionId as string;
        await browser.send("Page.enable");
        await browser.send("Emulation.setDeviceMetricsOverride", {
            width,
            height: 844,
            deviceScaleFactor: 1,
            mobile: true,
        });
        return browser;
    }

    async open(url: string): Promise<void> {
        const loaded = new Promise<void>((resolve) => this.loads.push(resolve));
        await this.send("Page.navigate", { url });
        await loaded;
    }

    /** What the expression gives, or its promise, in the page. */
    async evaluate<T>(expression: string): Promise<T> {
        const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
            expression,
            awaitPromise: true,
            returnByValue: true,
        });
        if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
        return (result as { value: T }).value;
    }

    async stop(): Promise<void> {
        const ended = new Promise((resolve) => this.process.once("close", resolve));
        this.process.kill();
        await ended;
        rmSync(this.folder, { recursive: true, force: true });
    }

    private send(method: string, params: Result = {}): Promise<Result> {
        const id = ++this.last;
        const message = { id, method, params, ...(this.session === undefined ? {} : { sessionId: this.session }) };
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve, reject });
            (this.process.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
        });
    }

    private take(data: string): void {
        const messages = (this.text + data).split("\0");
        this.text = messages.pop()!;
        for (const message of messages) {
            const { id, method, result, error } = JSON.parse(message) as {
                id?: number;
                method?: string;
                result?: Result;
                error?: { message: string };
            };
            if (method === "Page.loadEventFired") this.loads.shift()?.();
            const asked = this.waiting.get(id ?? 0);
            this.waiting.delete(id ?? 0);
            if (error !== undefined) asked?.reject(new Error(error.message));
            else asked?.resolve(result ?? {});
        }
    }
}
