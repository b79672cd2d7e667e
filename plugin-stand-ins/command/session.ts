import { type Client, type ClientChannel } from "ssh2";
import { type Exit } from "./goErrors";

/**
 * The inside of ssh2's client. Its public exec() sends environment variables without asking for an answer, so a refusal
 * would go unnoticed and the command would run without them. These are the steps exec() takes itself, one at a time.
 */
interface ClientInside {
    _chanMgr: { add(opened: ((error: Error | undefined, channel: Channel) => void) & { type?: string }): number };
    _protocol: {
        session(localId: number, window: number, packetSize: number): void;
        env(remoteId: number, name: string, value: string, wantReply: boolean): void;
        exec(remoteId: number, command: string, wantReply: boolean): void;
    };
}

type Channel = ClientChannel & {
    subtype?: string;
    outgoing: { id: number; state: string };
    _callbacks: ((refused: boolean | Error) => void)[];
};

const windowSize = 2 * 1024 * 1024;
const packetSize = 32 * 1024;

/** One SSH session: variables first, then one command. */
export interface Session {
    /** Resolves to false if the server refuses the variable, as sshd does without a matching AcceptEnv. */
    setEnvironment(name: string, value: string): Promise<boolean>;
    run(command: string, stdin: string | undefined, output: Output): Promise<Exit>;
}

/** Receives a command's output as it comes. */
export interface Output {
    stdout(chunk: Buffer): void;
    stderr(chunk: Buffer): void;
}

export async function openSession(client: Client): Promise<Session> {
    const inside = client as unknown as ClientInside;
    const channel = await new Promise<Channel>((resolve, reject) => {
        const opened = (error: Error | undefined, result: Channel) =>
            error === undefined ? resolve(result) : reject(error);
        const localId = inside._chanMgr.add(Object.assign(opened, { type: "session" }));
        if (localId < 0) return reject(new Error("ssh: no free channel"));
        inside._protocol.session(localId, windowSize, packetSize);
    });

    /** Sends one request on the channel and waits for the server's answer. */
    const request = (send: (remoteId: number) => void) =>
        new Promise<boolean>((resolve) => {
            if (channel.outgoing.state !== "open") return resolve(false);
            channel._callbacks.push((refused) => resolve(refused === false));
            send(channel.outgoing.id);
        });

    return {
        setEnvironment: (name, value) => request((id) => inside._protocol.env(id, name, value, true)),
        run: async (command, stdin, output) => {
            const ended = exitOf(channel, output);
            if (!(await request((id) => inside._protocol.exec(id, command, true))))
                throw new Error("ssh: command failed");
            channel.subtype = "exec";
            channel.end(stdin ?? "", "utf8");
            return ended;
        },
    };
}

/** Resolves when the channel is closed and both streams have been read to their end. */
function exitOf(channel: Channel, output: Output): Promise<Exit> {
    const exit: Exit = {};
    channel.on("data", (chunk: Buffer) => output.stdout(chunk));
    channel.stderr.on("data", (chunk: Buffer) => output.stderr(chunk));
    // A command may end without reading its input; the exit status tells whether that matters.
    channel.on("error", () => undefined);
    channel.on("exit", (code: number | null, signal?: string, _dumped?: boolean, description?: string) => {
        if (code !== null) exit.code = code;
        else Object.assign(exit, { signal: signal?.replace(/^SIG/, ""), description });
    });
    const read = new Promise<void>((resolve) => channel.stderr.once("end", resolve));
    return new Promise((resolve) => {
        channel.once("close", () => void read.then(() => resolve(exit)));
    });
}
