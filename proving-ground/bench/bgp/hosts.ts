/** Hosts that announce one VIP to a router, and clients behind it. */
import type { LabInstance } from "../../lab/instance";
import { type Announced, bgpToRouter, type Router, startRouter } from "../../lab/network/router";
import { type BenchMachine, benchMachines, onMachine, startMachines, stopMachines } from "../support/machines";
import { BenchStack, stackOn } from "../support/stack";
import { withForwarding, withoutForwarding } from "./forwarding";

const INSTALL_NFT =
    "sudo sh -c 'command -v nft || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive " +
    "apt-get install -y -qq --no-install-recommends nftables; }'";

export class AnnouncingHosts {
    private constructor(
        readonly instance: LabInstance,
        readonly machines: BenchMachine[],
        private readonly stack: BenchStack,
        readonly router: Router,
    ) {}

    /** `count` of them, set up by this project. `also`: who else talks to their router. */
    static async start(instance: LabInstance, count: number, also: Announced["also"] = []): Promise<AnnouncingHosts> {
        const machines = benchMachines(instance, count);
        await startMachines(instance, machines);
        const addresses = machines.map(({ address }) => address);
        const router = await startRouter(instance, { vip: instance.vips[0]!, hosts: addresses, also });
        const hosts = new AnnouncingHosts(instance, machines, new BenchStack(instance, `bgp-${count}`), router);
        for (const machine of machines) {
            await hosts.knowsWayBack(machine);
            // With BGP nothing of the product's needs it.
            await onMachine(instance, machine.address, INSTALL_NFT, 180_000);
        }
        await hosts.stack.create({
            ...stackOn(instance, machines),
            vip: instance.vips[0]!,
            announcement: "bgp",
            bgp: bgpToRouter(instance),
        });
        await hosts.stack.up();
        return hosts;
    }

    /** Throws them away. */
    async stop(): Promise<void> {
        await this.stack.forget();
        await this.router.stop();
        await stopMachines(this.instance, this.machines);
    }

    /** The lab as those behind the router have it. */
    get behindRouter(): LabInstance {
        return this.router.instance;
    }

    /** One that the API servers' certificates are good for. */
    get vip(): string {
        return this.instance.vips[0]!;
    }

    /** What happens, happens to the first. */
    get victim(): BenchMachine {
        return this.machines[0]!;
    }

    onVictim(command: string): Promise<string> {
        return onMachine(this.instance, this.victim.address, command);
    }

    knowsWayBack({ address }: BenchMachine): Promise<string> {
        return onMachine(this.instance, address, `sudo sh -c '${this.router.wayBack}'`);
    }

    /** Whether hosts forward to each other what they have no connection for. */
    async forward(yes: boolean): Promise<void> {
        for (const machine of this.machines) {
            const peers = this.machines.filter((each) => each !== machine).map(({ address }) => address);
            const command = yes ? withForwarding(this.vip, peers) : withoutForwarding;
            await onMachine(this.instance, machine.address, command);
        }
    }

    /** Waits until the router spreads connections over all hosts, or over all but the victim. */
    async inUse(which: "all" | "others", withinSeconds: number): Promise<void> {
        const hosts = which === "all" ? this.machines : this.machines.slice(1);
        await this.router
            .spreadsOver(
                hosts.map(({ address }) => address),
                withinSeconds,
            )
            .catch(async (error: Error) => {
                throw new Error(`${error.message}\n${await this.router.sessions()}`);
            });
    }
}
