/** What a fault is. */
import type { Deployment } from "../../../components/inspection/expectation";
import type { ControlPlane, PowerControl } from "../../../shared/faults/ports";

/** What a fault acts on: the hosts by SSH, their power, the control plane. */
export interface Scene {
    deployment: Deployment;
    /** The host that holds the VIP, on which host faults fall. */
    holder: string;
    /** The API server on which faults of one of them fall, ADDRESS:PORT. */
    server: string;
    /** Milliseconds a fault lasts before it is taken back. */
    holdMs: number;
    power: PowerControl | string;
    controlPlane: ControlPlane | string;
    /** Runs a bash text as root on a host; a first line `at TIME` of what it prints is the moment of the fault. */
    bash(host: string, text: string, limitMs?: number): Promise<string>;
    /** The host is gone and will not answer. */
    lose(host: string): void;
}

/** How the failed part comes back. */
export type Return =
    /** The drill restores it after the hold. */
    | "restored"
    /** A timer on the host itself does, after the hold: the host cannot be reached before. */
    | "by its timer"
    /** It comes back by itself, as fast as it can. */
    | "by itself";

export interface Fault {
    /** What `--fault` takes. */
    name: string;
    title: string;
    /** Part of a drill that names no fault: nothing is lost that a maintenance would not lose. */
    graceful: boolean;
    /** What it needs beside SSH to the hosts. */
    needs?: "power" | "control plane" | "nftables";
    returns: Return;
    /** Where it falls: on the host that holds the VIP, on one API server, or on all of them. */
    on: "holder" | "server" | "servers";
    /** The host shuts down or loses power: its record ends. */
    goesDown?: true;
    /** The VIP must stay where it is. */
    stays?: true;
    /** Nobody can be answered while it lasts. Any other fault is taken back early when nobody is. */
    silences?: true;
    /** What is done, and how it is taken back, in one sentence. */
    plan: string;
    /** What should be seen. */
    expected: string;
    /**
     * Comes back when it is done. What is done on a host prints the moment, `at TIME`, by which the drill knows it
     * exactly.
     */
    inject(scene: Scene): Promise<unknown>;
    /** Safe to do twice, and also when the fault was not injected. Absent where there is nothing to do. */
    restore?(scene: Scene): Promise<unknown>;
}

/**
 * Why a fault cannot be done here, or is not unless somebody asks for it by name; undefined when it is done. `lacking`
 * are hosts without nft.
 */
export function obstacle(
    fault: Fault,
    scene: Pick<Scene, "power" | "controlPlane" | "deployment">,
    lacking: string[] = [],
    named = true,
): string | undefined {
    const { power, controlPlane, deployment } = scene;
    const servers = deployment.inspection.apiServers.map((server) => server.slice(0, server.lastIndexOf(":")));
    const both = deployment.hosts.filter(({ address }) => servers.includes(address)).map(({ name }) => name);
    if (fault.goesDown === true && both.length > 0 && !named)
        return (
            `${both.join(" and ")} ${both.length > 1 ? "are" : "is"} an API server's machine too; name it ` +
            `(--fault ${fault.name}) to have it all the same`
        );
    if (fault.needs === "power" && typeof power === "string") return power;
    if (fault.needs === "control plane") {
        if (typeof controlPlane === "string") return controlPlane;
        if (fault.name === "api-server-not-ready" && controlPlane.real)
            return (
                "a real API server cannot be told to answer 500; `npm run lab:cluster -- --stand-in` brings the " +
                "stand-ins back"
            );
    }
    if (fault.needs === "nftables" && lacking.length > 0)
        return (
            `${lacking.join(" and ")} ${lacking.length > 1 ? "lack" : "lacks"} the command nft: install the ` +
            "package nftables there"
        );
    return undefined;
}
