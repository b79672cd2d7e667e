/** A lock between processes that the kernel releases when its owner dies, so that no crash leaves it behind. */
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Runs `work` while no other process or call on this machine holds the lock of that name. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
    const lock = await acquire(name);
    try {
        return await work();
    } finally {
        await new Promise((released) => lock.close(released));
    }
}

async function acquire(name: string): Promise<Server> {
    for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
        const lock = await listen(`\0ha-api-lab/${name}`);
        if (lock !== undefined) return lock;
        await sleep(pause);
    }
}

/** A listening socket in the kernel's abstract namespace: no file, at most one owner, gone with its process. */
function listen(address: string): Promise<Server | undefined> {
    return new Promise((resolve, reject) => {
        const server = createServer((connection) => connection.destroy());
        server.once("error", (error: NodeJS.ErrnoException) => {
            if (error.code === "EADDRINUSE") resolve(undefined);
            else reject(error);
        });
        server.listen(address, () => resolve(server));
    });
}
