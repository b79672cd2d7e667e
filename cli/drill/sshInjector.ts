/**
 * Injects faults over SSH. Whatever does not end by itself first schedules its own end on the host, so that it ends
 * even if the drill dies.
 */
import { quote } from "../../components/text/quote";
import type { Fault, HostAction, PathEffect } from "../../shared/faults/fault";
import type { ControlPlane, FaultInjector, PowerControl } from "../../shared/faults/injector";
import { type HostScript, hostScript, MOMENT, pathScript, REVERT_UNIT } from "./hosts/hostScripts";

/** How much longer than the hold a host waits, where the drill itself reverts a fault. */
const SPARE_MS = 20_000;

/** Nothing is to be reverted any more. */
const UNSCHEDULE = `systemctl stop ${REVERT_UNIT}.timer 2> /dev/null; true`;

export interface SshInjectorOptions {
    hosts: { name: string; address: string }[];
    /** The proxy's systemd service. */
    proxyService: string;
    /** Milliseconds a fault lasts before it is reverted. */
    holdMs: number;
    /** Runs a bash text as root; what it prints has a line `at TIME`, the moment of the fault. */
    bash: (host: string, text: string, limitMs?: number) => Promise<string>;
    power: PowerControl | string;
    controlPlane: ControlPlane | string;
}

export class SshInjector implements FaultInjector {
    readonly power: PowerControl | string;
    readonly controlPlane: ControlPlane | string;

    constructor(private readonly options: SshInjectorOptions) {
        this.power = options.power;
        this.controlPlane = options.controlPlane;
    }

    async injectOnHost(host: string, action: HostAction, { recovery }: Fault): Promise<void> {
        // The host cannot be reached while such a fault lasts: its timer alone ends it, exactly after the hold.
        await this.inject(host, this.scriptOf(host, action), recovery === "timer" ? 0 : SPARE_MS);
    }

    async revertOnHost(host: string, action: HostAction): Promise<void> {
        await this.revert(host, this.scriptOf(host, action));
    }

    async injectOnPath(effect: PathEffect, servers: string[]): Promise<void> {
        await this.onAll((host) => this.inject(host, pathScript(effect, servers), SPARE_MS));
    }

    async revertOnPath(effect: PathEffect, servers: string[]): Promise<void> {
        await this.onAll((host) => this.revert(host, pathScript(effect, servers)));
    }

    private async inject(host: string, { inject, revert }: HostScript, spareMs: number): Promise<void> {
        const { holdMs, bash } = this.options;
        const first = revert === undefined ? [] : [schedule(revert, holdMs + spareMs)];
        await bash(host, [...first, MOMENT, inject].join("\n"), holdMs + 60_000);
    }

    private async revert(host: string, { revert }: HostScript): Promise<void> {
        if (revert !== undefined) await this.options.bash(host, `${revert}\n${UNSCHEDULE}`);
    }

    private scriptOf(host: string, action: HostAction): HostScript {
        const { address } = this.options.hosts.find(({ name }) => name === host)!;
        return hostScript(action, { address, proxyService: this.options.proxyService });
    }

    private async onAll(work: (host: string) => Promise<void>): Promise<void> {
        await Promise.all(this.options.hosts.map(({ name }) => work(name)));
    }
}

/** Runs a bash text on the host after so long, whatever becomes of the connection. */
function schedule(text: string, afterMs: number): string {
    const timer = `--on-active=${afterMs}ms --timer-property=AccuracySec=20ms`;
    return `systemd-run --quiet --collect --unit ${REVERT_UNIT} ${timer} /bin/bash -c ${quote(text)} || exit 1`;
}
