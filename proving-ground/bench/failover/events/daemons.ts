/** A daemon on the holder is killed, hangs, or is stopped on purpose. */
import { startDaemons } from "../heal";
import { inside, processesInside, signalAll } from "../inside";
import { AT_ONCE_MS, type BenchEvent } from "./event";

export const proxyKilled: BenchEvent = {
    name: "proxy-killed",
    prepare: async (scene) => {
        const pids = await processesInside(scene.instance, scene.holder.id, scene.pair.setUp.proxy);
        return {
            steps: [{ measure: "proxy-killed", act: () => signalAll(pids, "SIGKILL"), atLeastMs: AT_ONCE_MS }],
            restore: () => startDaemons(scene.instance, scene.pair),
        };
    },
};

export const proxyHung: BenchEvent = {
    name: "proxy-hung",
    prepare: async (scene) => {
        const pids = await processesInside(scene.instance, scene.holder.id, scene.pair.setUp.proxy);
        return {
            steps: [{ measure: "proxy-hung", act: () => signalAll(pids, "SIGSTOP"), atLeastMs: AT_ONCE_MS }],
            restore: () => {
                signalAll(pids, "SIGCONT");
                return startDaemons(scene.instance, scene.pair);
            },
        };
    },
};

export const reload: BenchEvent = {
    name: "reload",
    prepare: ({ instance, pair, holder }) =>
        Promise.resolve({
            steps: [
                {
                    measure: "reload",
                    act: async () => void (await inside(instance, holder.id, `systemctl reload ${pair.setUp.proxy}`)),
                    atLeastMs: AT_ONCE_MS,
                },
            ],
            restore: () => startDaemons(instance, pair),
        }),
};

export const keepalivedKilled: BenchEvent = {
    name: "keepalived-killed",
    prepare: async (scene) => {
        const pids = await processesInside(scene.instance, scene.holder.id, "keepalived");
        // The VIP stays on the host until the other one misses its holder.
        const step = {
            measure: "keepalived-killed",
            act: () => signalAll(pids, "SIGKILL"),
            atLeastMs: scene.pair.setUp.masterDownMs + AT_ONCE_MS,
        };
        return { steps: [step], restore: () => startDaemons(scene.instance, scene.pair) };
    },
};

export const switchover: BenchEvent = {
    name: "switchover",
    prepare: (scene) => {
        const {
            instance,
            pair: { setUp },
            holder,
        } = scene;
        const on = (command: string) => async (): Promise<void> => void (await inside(instance, holder.id, command));
        return Promise.resolve({
            steps: [
                {
                    measure: "switchover",
                    act: on(setUp.switchover?.leave ?? "systemctl stop keepalived"),
                    atLeastMs: AT_ONCE_MS,
                },
                {
                    measure: "hand-back",
                    act: on(setUp.switchover?.comeBack ?? "systemctl start keepalived"),
                    atLeastMs: setUp.masterDownMs + AT_ONCE_MS,
                },
            ],
            restore: () => startDaemons(scene.instance, scene.pair),
        });
    },
};
