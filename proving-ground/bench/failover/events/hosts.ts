/** The holder loses power, or its network cable, and gets it back. */
import { nspawnHypervisor } from "../../../lab/hypervisor/nspawn";
import { machine } from "../../../lab/hypervisor/machine";
import { run } from "../../../../tools/run";
import { startDaemons } from "../heal";
import { boot } from "../machines";
import { AT_ONCE_MS, type BenchEvent } from "./event";

export const powerOff: BenchEvent = {
    name: "power-off",
    prepare: ({ instance, pair, holder }) =>
        Promise.resolve({
            steps: [
                { measure: "host-off", act: () => nspawnHypervisor(instance).stop(holder.id), atLeastMs: AT_ONCE_MS },
                // Whoever prefers the host that comes back has it take the VIP within this time.
                {
                    measure: "host-back",
                    act: () => boot(instance, holder),
                    atLeastMs: pair.setUp.masterDownMs + AT_ONCE_MS,
                    heavy: true,
                },
            ],
            // A guide's host may have come back without all of its daemons.
            restore: async () => {
                await boot(instance, holder);
                await startDaemons(instance, pair);
            },
        }),
};

export const cutOff: BenchEvent = {
    name: "cut-off",
    prepare: ({ instance, pair, holder }) => {
        const cable = (state: "up" | "down") => async (): Promise<void> =>
            void (await run("ip", ["link", "set", machine(instance, holder.id).plug.port, state]));
        return Promise.resolve({
            steps: [
                { measure: "cut-off", act: cable("down"), atLeastMs: AT_ONCE_MS },
                { measure: "plugged-in", act: cable("up"), atLeastMs: pair.setUp.masterDownMs + AT_ONCE_MS },
            ],
            restore: cable("up"),
        });
    },
};
