/** Who may connect to the front ports. */
import { loadBalancerSpec } from "../inputs/loadBalancer";
import { repeated } from "../spec/checks";
import type { Path, Problems } from "../spec/problems";
import { resolveMember } from "../spec/resolve";
import { Address, familiesOf, Network } from "../text/address";
import { networkOrAddress } from "./addresses";
import { addressesOfHost } from "./hostOf";
import type { Inputs } from "./inputs";
import type { Model } from "./model";

const NAME = "allowedClients";

/** Undefined where everybody may. An empty list is refused: it may mean nobody, and may mean everybody. */
export function resolveAllowedClients(problems: Problems, inputs: Inputs): string[] | undefined {
    const given = resolveMember(problems, NAME, loadBalancerSpec.allowedClients, inputs.allowedClients);
    if (given === undefined) return undefined;
    return networksOf(problems, NAME, given as unknown[]);
}

/** Of a list at its path that may not be empty. */
export function networksOf(problems: Problems, path: Path, given: unknown[]): string[] {
    const networks = given.map((value, index) => ({
        path: `${path}[${index}]`,
        value: networkOrAddress(problems, `${path}[${index}]`, value) ?? "",
    }));
    if (networks.length === 0)
        problems.add(
            path,
            "must name at least one network or address, such as 10.30.0.0/16; leave it out to allow everybody",
            given,
        );
    for (const found of repeated(networks, "networks of clients")) problems.add(...found);
    return networks.map(({ value }) => value);
}

/**
 * Everybody who may connect, undefined where there is no limit. A host connects to itself for checks, by its loopback
 * address and by the VIP, whose own address is then the source; the hosts connect to each other for the verification.
 */
export function clientsOf({
    allowedClients,
    vips,
    hosts,
}: Pick<Model, "allowedClients" | "vips" | "hosts">): string[] | undefined {
    if (allowedClients === undefined) return undefined;
    const loopback = familiesOf(vips).includes(6) ? ["127.0.0.1", "::1"] : ["127.0.0.1"];
    const own = [...vips.map(({ address }) => address), ...hosts.flatMap(addressesOfHost)];
    return [...new Set([...loopback, ...own, ...allowedClients])];
}

/** API servers on machines that may not connect, where not everybody may. */
export function serversThatAreNoClients(
    model: Pick<Model, "allowedClients" | "vips" | "hosts" | "apiServers">,
): string[] {
    const networks = clientsOf(model)?.map((client) => Network.parse(client));
    if (networks === undefined) return [];
    return [...new Set(model.apiServers.map(({ address }) => address))].filter(
        (address) => !networks.some((network) => network.contains(Address.of(address))),
    );
}
