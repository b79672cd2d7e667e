/**
 * The machines behind the load balancer. Only the lab's can be made to fail; a real control plane is not ours to touch.
 */
import { setFault, startApiServer, stopApiServer } from "../../proving-ground/lab/apiserver/apiServers";
import { occupantOf } from "../../proving-ground/lab/apiserver/seat";
import type { LabInstance } from "../../proving-ground/lab/instance";
import {
    hangKubeApiServer,
    resumeKubeApiServer,
    startKubeApiServer,
    stopKubeApiServer,
} from "../../proving-ground/lab/kubernetes/kubeApiServer";
import { UserError } from "../../tools/run";

/** What an API server can suffer. */
export type Ailment = "killed" | "hung" | "not ready";

export interface ControlPlane {
    /** Whether the API servers are real ones, which cannot be told what to answer. */
    real: boolean;
    break(server: string, ailment: Ailment): Promise<void>;
    heal(server: string, ailment: Ailment): Promise<void>;
}

export const NO_CONTROL_PLANE = "an API server can be made to fail only in the lab, where the control plane is ours";

/** Servers are named by ADDRESS:PORT, as the load balancer knows them. */
export async function labControlPlane(instance: LabInstance): Promise<ControlPlane> {
    const occupants = new Map(
        await Promise.all(
            instance.apiServers.map(async ({ name }) => [name, await occupantOf(instance, name)] as const),
        ),
    );
    const seatOf = (server: string): { name: string; real: boolean } => {
        const seat = instance.apiServers.find(({ address }) => server.startsWith(`${address}:`));
        if (seat === undefined) throw new UserError(`${server} is no API server of the lab "${instance.name}".`);
        return { name: seat.name, real: occupants.get(seat.name) === "kube-apiserver" };
    };
    return {
        real: [...occupants.values()].includes("kube-apiserver"),
        async break(server, ailment) {
            const { name, real } = seatOf(server);
            if (ailment === "killed") await (real ? stopKubeApiServer(instance, name) : stopApiServer(instance, name));
            else if (real) await hangKubeApiServer(instance, name);
            else await setFault(instance, name, ailment === "hung" ? { hang: true } : { readyz: 500 });
        },
        async heal(server, ailment) {
            const { name, real } = seatOf(server);
            if (ailment === "killed")
                await (real ? startKubeApiServer(instance, name) : startApiServer(instance, name));
            else if (real) await resumeKubeApiServer(instance, name);
            else await setFault(instance, name, {});
        },
    };
}
