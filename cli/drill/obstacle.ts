/** Why a fault cannot be injected. */
import { Endpoint } from "../../components/text/endpoint";
import type { Deployment } from "../../components/inspection/expectation";
import type { Fault } from "../../shared/faults/fault";
import type { DrillTarget } from "./target";

export type ObstacleContext = Pick<DrillTarget, "power" | "controlPlane"> & {
    deployment: Pick<Deployment, "hosts"> & { inspection: Pick<Deployment["inspection"], "apiServers"> };
};

/**
 * Why a fault cannot be injected here, or is not unless it is asked for by name; undefined when it is. `withoutNft` are
 * hosts without the command nft.
 */
export function obstacle(
    fault: Fault,
    { power, controlPlane, deployment }: ObstacleContext,
    withoutNft: string[] = [],
    named = true,
): string | undefined {
    const servers = deployment.inspection.apiServers.map((server) => Endpoint.read(server).address.toString());
    const both = deployment.hosts.filter(({ address }) => servers.includes(address)).map(({ name }) => name);
    if (fault.losesHost === true && both.length > 0 && !named)
        return (
            `${both.join(" and ")} ${both.length > 1 ? "are" : "is"} an API server's machine too; name it ` +
            `(--fault ${fault.name}) to have it all the same`
        );
    switch (fault.needs) {
        case undefined:
            return undefined;
        case "power":
            return typeof power === "string" ? power : undefined;
        case "control plane":
            return typeof controlPlane === "string" ? controlPlane : undefined;
        case "fake control plane":
            if (typeof controlPlane === "string") return controlPlane;
            return controlPlane.real
                ? "a real API server cannot be told to answer 500; `npm run lab:cluster -- --stand-in` brings the " +
                      "fake ones back"
                : undefined;
        case "nftables":
            if (withoutNft.length === 0) return undefined;
            return (
                `${withoutNft.join(" and ")} ${withoutNft.length > 1 ? "lack" : "lacks"} the command nft: ` +
                "install the package nftables there"
            );
    }
}
