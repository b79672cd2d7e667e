/** Nothing is touched: no connection is opened and no program is started, by whatever way. */
import assert from "node:assert/strict";
import childProcess from "node:child_process";
import { Socket } from "node:net";

/** By which every program is started that is not waited for; Node's types do not have it. */
const children = childProcess.ChildProcess.prototype as unknown as { spawn: (options: unknown) => unknown };

/** What was opened or started since, refused there and then. */
export class Untouched {
    readonly attempts: string[] = [];
    // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was
    private readonly connect = Socket.prototype.connect;
    private readonly spawn = children.spawn;
    private readonly spawnSync = childProcess.spawnSync;

    begin(): void {
        const refuse = (what: string): never => {
            this.attempts.push(what);
            throw new Error(`${what}: not in this test`);
        };
        Socket.prototype.connect = (...args: unknown[]) => refuse(`a connection to ${JSON.stringify(args[0])}`);
        children.spawn = (options: unknown) => refuse(`the program ${String(options)}`);
        childProcess.spawnSync = (command: string) => refuse(`the program ${command}`);
    }

    end(): void {
        Socket.prototype.connect = this.connect;
        children.spawn = this.spawn;
        childProcess.spawnSync = this.spawnSync;
        assert.deepEqual(this.attempts, []);
    }
}
