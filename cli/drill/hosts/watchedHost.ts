/**
 * A host during a drill: one SSH connection, kept open so that what is done there is done at once, and its record over
 * the same.
 */
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import type { Deployment, ExpectedHost } from "../../../components/inspection/expectation";
import { targetOf } from "../../../components/inspection/inspector";
import { VRRP_STATES } from "../../../components/host/paths";
import { type CommandOptions, type RunOnHost, withSsh } from "../../../components/ssh/client";
import { now } from "../../../shared/probe/settings";
import { clockOf, type Exchange } from "./clock";
import { bashAsRoot, program } from "./program";
import { type HostEvent, type HostRecord, type Session, withEarlierHolds } from "./record";
import { parseRecordLine } from "./recordLines";

/** How often a host is asked for a sign of life. */
const ASK_MS = 50;
/** A host that hears nothing for so long ends its record, whatever became of us. */
const LIMIT_S = 120;
/** A host that is there says what it is within this time. */
const LOOK_MS = 10_000;

interface Connection {
    run: RunOnHost;
    hangUp: () => void;
    /** Asks for what the host is now. */
    look: () => void;
    session: LiveSession;
}

/** A session whose times are still the host's. */
interface LiveSession {
    /** From when on its events count; absent: from its first look on. */
    since: number | undefined;
    exchanges: Exchange[];
    looks: { hostTime: number; held: boolean; state: string }[];
    events: HostEvent[];
    lastTime: number;
    broken: boolean;
}

export class WatchedHost {
    private connection: Connection | undefined;
    private past: LiveSession[] = [];

    constructor(
        private readonly deployment: Deployment,
        readonly expected: ExpectedHost,
        private readonly privateKey: string,
    ) {}

    get name(): string {
        return this.expected.name;
    }

    get connected(): boolean {
        return this.connection !== undefined;
    }

    /** Connects, and comes back when the record has begun. */
    async connect(): Promise<void> {
        if (this.connection !== undefined) return;
        const limits = { connectMs: 4000, commandMs: 30_000 };
        const target = targetOf(this.deployment, this.expected, this.privateKey);
        const { run, hangUp } = await new Promise<Pick<Connection, "run" | "hangUp">>((resolve, reject) => {
            withSsh(
                target,
                (command) => new Promise<void>((end) => resolve({ run: command, hangUp: end })),
                limits,
            ).catch(reject);
        });
        await this.record(run, hangUp);
    }

    private async record(run: RunOnHost, hangUp: () => void): Promise<void> {
        const { inspection: expected } = this.deployment;
        const { address, instance } = expected.vips[0]!;
        // A host that was away also tells what it did before it could be reached again.
        const since = this.past.at(-1)?.lastTime;
        const words = [
            address,
            `${VRRP_STATES}/${instance}`,
            expected.proxyService,
            String(LIMIT_S),
            ...(since === undefined ? [] : [String(Math.ceil(since / 1000))]),
        ];
        const command = bashAsRoot(expected.user, program("record"), words, "setsid --wait ");
        const session: LiveSession = { since, exchanges: [], looks: [], events: [], lastTime: 0, broken: false };
        const limit = setTimeout(hangUp, LOOK_MS);
        await new Promise<void>((begun, failed) => {
            let stream: Duplex | undefined;
            let asking: NodeJS.Timeout | undefined;
            const asked: number[] = [];
            const ask = (): void => {
                asked.push(now());
                stream?.write("time\n");
            };
            const ended = (): void => {
                clearInterval(asking);
                session.broken = this.connection?.session === session;
                this.drop();
            };
            const channel = (opened: Duplex): void => {
                stream = opened;
                opened.on("error", () => undefined);
                createInterface({ input: opened }).on("line", (text) => {
                    const line = parseRecordLine(text);
                    if (line === undefined) return;
                    if (line.kind === "event") session.events.push(line.event);
                    else session.lastTime = line.hostTime;
                    if (line.kind === "time")
                        session.exchanges.push({ asked: asked.shift() ?? 0, answered: now(), hostTime: line.hostTime });
                    if (line.kind === "look") {
                        session.looks.push(line);
                        if (asking !== undefined) return;
                        this.connection = { run, hangUp, session, look: () => stream?.write("look\n") };
                        asking = setInterval(ask, ASK_MS);
                        clearTimeout(limit);
                        begun();
                    }
                });
            };
            run(command, { channel, limitMs: 3_600_000 }).then(
                () => {
                    ended();
                    failed(new Error(`${this.name}: the record ended before it had begun`));
                },
                (error: Error) => {
                    ended();
                    failed(error);
                },
            );
        }).finally(() => clearTimeout(limit));
    }

    /** Runs a command; throws when there is no connection. */
    async run(command: string, options?: CommandOptions): Promise<string> {
        if (this.connection === undefined) throw new Error(`${this.name}: there is no SSH connection`);
        return this.connection.run(command, options);
    }

    /** Runs a bash text as root. */
    bash(text: string, options?: CommandOptions): Promise<string> {
        return this.run(bashAsRoot(this.deployment.inspection.user, text), options);
    }

    /** Gives up a connection to a host that is known to be gone, or that is not needed any more. */
    drop(): void {
        const { connection } = this;
        if (connection === undefined) return;
        this.connection = undefined;
        this.past.push(connection.session);
        connection.hangUp();
    }

    /** The host has gone silent by itself. */
    lose(): void {
        if (this.connection !== undefined) this.connection.session.broken = true;
        this.drop();
    }

    /** Whether it answered lately. */
    heardWithin(milliseconds: number): boolean {
        const last = this.connection?.session.exchanges.at(-1);
        return last !== undefined && now() - last.answered < milliseconds;
    }

    /** Milliseconds its clock is ahead, now. */
    clockOffset(): number {
        return clockOf(this.connection?.session.exchanges ?? []).offset;
    }

    /** Everything since the record began, or since `forget`. */
    recorded(): HostRecord {
        const sessions = [...this.past, ...(this.connection === undefined ? [] : [this.connection.session])];
        return { host: this.name, sessions: sessions.filter(({ looks }) => looks.length > 0).map(onOurClock) };
    }

    /** Begins a new record; the connection stays. */
    async forget(): Promise<void> {
        this.past = [];
        const session = this.connection?.session;
        if (session === undefined) return;
        session.events = [];
        session.looks = [];
        await this.now();
    }

    /** Whether it holds the VIP, and keepalived's state; throws when it does not say. */
    async now(): Promise<{ held: boolean; state: string }> {
        const session = this.connection?.session;
        const before = session?.looks.length ?? 0;
        this.connection?.look();
        const deadline = now() + LOOK_MS;
        while (session !== undefined && this.connection?.session === session && now() < deadline) {
            const look = session.looks[before];
            if (look !== undefined) return look;
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        this.drop();
        throw new Error(`${this.name} does not say what it is: its connection is lost`);
    }
}

function onOurClock({ since, exchanges, looks, events, lastTime, broken }: LiveSession): Session {
    const { offset, error } = clockOf(exchanges);
    const first = looks[0]!;
    const ours = events.filter(({ at }) => at >= (since ?? first.hostTime)).sort((a, b) => a.at - b.at);
    return {
        from: first.hostTime - offset,
        to: lastTime - offset,
        broken,
        clockOffset: offset,
        clockError: error,
        ...withEarlierHolds(ours, first.hostTime, first.held, offset),
    };
}
