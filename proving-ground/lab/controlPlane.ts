/** The lab's API servers, fake or real, as something that may be broken on purpose. */
import type { ControlPlane } from "../../shared/faults/injector";
import { UserError } from "../../tools/run";
import { NOT_READY, setFault, startApiServer, stopApiServer } from "./apiserver/apiServers";
import { serverKindOf } from "./apiserver/slot";
import type { LabInstance } from "./instance";
import {
    hangKubeApiServer,
    resumeKubeApiServer,
    startKubeApiServer,
    stopKubeApiServer,
} from "./kubernetes/kubeApiServer";

export async function controlPlaneOf(instance: LabInstance): Promise<ControlPlane> {
    const kinds = new Map(
        await Promise.all(
            instance.apiServers.map(async ({ name }) => [name, await serverKindOf(instance, name)] as const),
        ),
    );
    const find = (server: string): { name: string; real: boolean } => {
        const slot = instance.apiServers.find(({ address }) => server.startsWith(`${address}:`));
        if (slot === undefined) throw new UserError(`${server} is no API server of the lab "${instance.name}".`);
        return { name: slot.name, real: kinds.get(slot.name) === "kube-apiserver" };
    };
    return {
        real: [...kinds.values()].includes("kube-apiserver"),
        async break(server, fault) {
            const { name, real } = find(server);
            if (fault === "killed") await (real ? stopKubeApiServer(instance, name) : stopApiServer(instance, name));
            else if (real) await hangKubeApiServer(instance, name);
            else await setFault(instance, name, fault === "hung" ? { hang: true } : NOT_READY);
        },
        async restore(server, fault) {
            const { name, real } = find(server);
            if (fault === "killed") await (real ? startKubeApiServer(instance, name) : startApiServer(instance, name));
            else if (real) await resumeKubeApiServer(instance, name);
            else await setFault(instance, name, {});
        },
    };
}
