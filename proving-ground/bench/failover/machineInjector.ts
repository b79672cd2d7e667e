/**
 * Injects faults into a pair's machines from outside, without SSH: it costs every set-up the same, works while a
 * network is cut, and strikes within a millisecond.
 */
import { filterScript } from "../../../cli/drill/hosts/hostScripts";
import type { HostAction, PathEffect } from "../../../shared/faults/fault";
import type { ControlPlane, FaultInjector, PowerControl } from "../../../shared/faults/injector";
import { run } from "../../../tools/run";
import { controlPlaneOf } from "../../lab/controlPlane";
import { machine } from "../../lab/hypervisor/machine";
import { nspawnHypervisor } from "../../lab/hypervisor/nspawn";
import type { LabInstance } from "../../lab/instance";
import { enter, processesOf, signalAll } from "./enter";
import type { EventContext } from "./event";
import { boot } from "./machines";
import { losePackets, loseNothing, refuse, refuseNothing } from "./path";
import type { Machine, Pair } from "./setups/setUp";

export class MachineInjector implements FaultInjector {
    readonly power: PowerControl;

    private constructor(
        private readonly instance: LabInstance,
        private readonly pair: Pair,
        readonly controlPlane: ControlPlane,
        /** The master's processes, looked up before the fault. */
        private readonly processes: Record<"proxy" | "keepalived", number[]>,
    ) {
        this.power = {
            off: (host) => nspawnHypervisor(instance).stop(this.machineOf(host).id),
            on: (host) => boot(instance, this.machineOf(host)),
        };
    }

    static async prepare({ instance, pair, master }: EventContext): Promise<MachineInjector> {
        const [controlPlane, proxy, keepalived] = await Promise.all([
            controlPlaneOf(instance),
            processesOf(instance, master.id, pair.setUp.proxy),
            processesOf(instance, master.id, "keepalived"),
        ]);
        return new MachineInjector(instance, pair, controlPlane, { proxy, keepalived });
    }

    async injectOnHost(host: string, action: HostAction): Promise<void> {
        const { id } = this.machineOf(host);
        const { switchover } = this.pair.setUp;
        switch (action.kind) {
            case "script":
                return void (await enter(this.instance, id, action.inject));
            case "switchover":
                return void (await enter(this.instance, id, switchover?.leave ?? "systemctl stop keepalived"));
            case "signal":
                return signalAll(this.processes[action.daemon], `SIG${action.inject}`);
            case "isolate":
                return this.cable(id, "down");
            case "filter":
                return void (await enter(this.instance, id, filterScript(action.rules).inject));
        }
    }

    async revertOnHost(host: string, action: HostAction): Promise<void> {
        const { id } = this.machineOf(host);
        const { switchover } = this.pair.setUp;
        switch (action.kind) {
            case "script":
                if (action.revert !== undefined) await enter(this.instance, id, action.revert);
                return;
            case "switchover":
                return void (await enter(this.instance, id, switchover?.comeBack ?? "systemctl start keepalived"));
            case "signal":
                if (action.revert !== undefined) signalAll(this.processes[action.daemon], `SIG${action.revert}`);
                return;
            case "isolate":
                return this.cable(id, "up");
            case "filter":
                await enter(this.instance, id, filterScript(action.rules).revert);
        }
    }

    async injectOnPath(effect: PathEffect, servers: string[]): Promise<void> {
        const ids = this.pair.machines.map(({ id }) => id);
        await (effect.kind === "refused"
            ? refuse(this.instance, servers)
            : losePackets(this.instance, ids, servers, effect.perMille));
    }

    async revertOnPath(effect: PathEffect): Promise<void> {
        await (effect.kind === "refused" ? refuseNothing(this.instance) : loseNothing(this.instance));
    }

    private machineOf(host: string): Machine {
        return this.pair.machines.find(({ name }) => name === host)!;
    }

    private async cable(id: number, state: "up" | "down"): Promise<void> {
        await run("ip", ["link", "set", machine(this.instance, id).veth.port, state]);
    }
}
