/**
 * What a drill needs from the place it runs in. A real cluster offers little of it; the lab of the proving ground
 * offers all, which is why everything that only the lab can do is asked for here.
 */
import type { WatchSettings } from "../../shared/probe/settings";
import type { ControlPlane } from "../../shared/faults/injector";

/** Where the probe runs. */
export interface ProbePlacement {
    /** Put before the probe's command, to run it there. */
    prefix: string[];
    /** For the plan and the report. */
    description: string;
}

/** A certificate authority that may have signed what the VIP shows. */
export interface KnownAuthority {
    pem: string;
    name: string;
}

export interface DrillEnvironment {
    probe: ProbePlacement;
    /** The API servers, where they may be broken on purpose; else why they may not. */
    controlPlane: ControlPlane | string;
    /** A token for the Proxmox API, for a stack that is not configured with one. */
    proxmoxToken?: string;
    authorities: KnownAuthority[];
    /** A kubectl of the environment's own. */
    kubectl?: string;
    /** Credentials for a watch through the VIP at this URL, where neither the stack nor an option has any. */
    watch?(url: string): Promise<WatchSettings>;
}

/** Any machine from which the VIP is reached. */
export const thisMachine: DrillEnvironment = {
    probe: { prefix: [], description: "this machine" },
    controlPlane: "an API server can be made to fail only in the lab, where the control plane is ours",
    authorities: [],
};
