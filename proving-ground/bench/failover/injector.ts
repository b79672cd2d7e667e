/**
 * Injects faults into a pair's machines from outside, without SSH: it costs every set-up the same, works while a
 * network is cut, and strikes within a millisecond. And restores what faults leave.
 */
import { filterScript } from "../../../cli/drill/hosts/hostScripts";
import type { HostAction, PathEffect } from "../../../shared/faults/fault";
import type { ControlPlane, FaultInjector, PowerControl } from "../../../shared/faults/injector";
import { setFault, startApiServer } from "../../lab/apiserver/apiServers";
import { controlPlaneOf } from "../../lab/controlPlane";
import { machine } from "../../lab/hypervisor/machine";
import { nspawnHypervisor } from "../../lab/hypervisor/nspawn";
import type { LabInstance } from "../../lab/instance";
import { type Loss, loseNothing, losePackets } from "../../lab/network/loss";
import { inNamespace, setCable, vethOf } from "../../lab/network/namespace";
import { enter, processesOf, signalAll } from "../../lab/enter";
import type { EventContext } from "./event";
import { boot } from "./machines";
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
                return setCable(machine(this.instance, id).veth, "down");
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
                return setCable(machine(this.instance, id).veth, "up");
            case "filter":
                await enter(this.instance, id, filterScript(action.rules).revert);
        }
    }

    async injectOnPath(effect: PathEffect, servers: string[]): Promise<void> {
        const ids = this.pair.machines.map(({ id }) => id);
        await (effect.kind === "refused"
            ? refuse(this.instance, servers)
            : losePackets(this.instance, betweenThem(ids, servers, effect.perMille)));
    }

    async revertOnPath(effect: PathEffect): Promise<void> {
        await (effect.kind === "refused" ? refuseNothing(this.instance) : loseNothing(this.instance));
    }

    private machineOf(host: string): Machine {
        return this.pair.machines.find(({ name }) => name === host)!;
    }
}

/** So many of a thousand packets each way between these machines and API servers, ADDRESS:PORT each. */
function betweenThem(hosts: number[], servers: string[], perMille: number): Loss[] {
    const endpoints = `{ ${servers.map((server) => server.replace(":", " . ")).join(", ")} }`;
    return hosts.flatMap((who): Loss[] => [
        { who, direction: "sends", packets: `ip daddr . tcp dport ${endpoints}`, perMille },
        { who, direction: "receives", packets: `ip saddr . tcp sport ${endpoints}`, perMille },
    ]);
}

/** The rules that have a server's machine refuse, in its own namespace. */
const REFUSAL = "halab_refusal";

async function refuse(instance: LabInstance, servers: string[]): Promise<void> {
    await Promise.all(
        instance.apiServers.flatMap(({ name, address }) =>
            servers
                .filter((server) => server.startsWith(`${address}:`))
                .map((server) =>
                    inNamespace(vethOf(instance, name).namespace, [
                        "nft",
                        `add table inet ${REFUSAL}; ` +
                            `add chain inet ${REFUSAL} input { type filter hook input priority 0; }; ` +
                            `add rule inet ${REFUSAL} input tcp dport ${server.split(":")[1]} reject with tcp reset`,
                    ]),
                ),
        ),
    );
}

/** All within some milliseconds: processes that start need longer, each another time. Nothing where none refuses. */
async function refuseNothing(instance: LabInstance): Promise<void> {
    await Promise.all(
        instance.apiServers.map(({ name }) =>
            inNamespace(vethOf(instance, name).namespace, [
                "sh",
                "-c",
                `nft delete table inet ${REFUSAL} 2> /dev/null || true`,
            ]),
        ),
    );
}

/**
 * Restores what an interrupted comparison may have left: machines off, cables out, processes stopped, API servers that
 * fail, packets lost or filtered.
 */
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
            await setCable(machine(instance, each.id).veth, "up");
            signalAll(await processesOf(instance, each.id), "SIGCONT");
            await enter(instance, each.id, filterScript([]).revert);
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
