/**
 * Puts back what a comparison that was interrupted may have left: machines off, cables out, processes stopped, API
 * servers ill, packets lost.
 */
import { setFault, startApiServer } from "../../lab/apiserver/apiServers";
import { machine } from "../../lab/hypervisor/machine";
import type { LabInstance } from "../../lab/instance";
import { run } from "../../../tools/run";
import { loseNothing, refuseNothing } from "./path";
import { enter, processesOf, signalAll } from "./enter";
import { boot } from "./machines";
import type { Pair } from "./setups/setUp";

export async function restoreAll(instance: LabInstance, pairs: Pair[]): Promise<void> {
    await loseNothing(instance);
    await refuseNothing(instance);
    for (const { name } of instance.apiServers) {
        await startApiServer(instance, name);
        await setFault(instance, name, {});
    }
    for (const pair of pairs) {
        for (const each of pair.machines) {
            await boot(instance, each);
            await run("ip", ["link", "set", machine(instance, each.id).veth.port, "up"]);
            signalAll(await processesOf(instance, each.id), "SIGCONT");
        }
        await startDaemons(instance, pair);
    }
}

/** As an administrator would after a fault; what runs already stays as it is. */
export async function startDaemons(instance: LabInstance, { setUp, machines }: Pair): Promise<void> {
    const daemons = [setUp.proxy, "keepalived"];
    const start =
        `systemctl reset-failed ${daemons.join(" ")} 2> /dev/null; ` +
        `${daemons.map((daemon) => `systemctl start ${daemon}`).join(" && ")}`;
    await Promise.all(machines.map(({ id }) => enter(instance, id, start)));
}
