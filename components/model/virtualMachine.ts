/** Settings of a host that is a Proxmox VM: the shared ones, overridden by its own. */
import { hostSpec } from "../inputs/loadBalancer";
import { imageSpec, templateSpec } from "../inputs/machineSource";
import { virtualMachineSpec } from "../inputs/virtualMachine";
import { settings } from "../spec/checks";
import { omit } from "../spec/omit";
import type { Path, Problems } from "../spec/problems";
import { resolveGroup, resolveMember, resolveMembers } from "../spec/resolve";
import { addressWithPrefix, hostAddress, networkOrAddress, routerAddress } from "./addresses";
import type { VirtualMachineInputs } from "./inputs";
import type { ImageModel, VirtualMachineModel } from "./model";

/** The settings of one VM, and where each of them was given. */
export interface MachineSettings {
    given: Partial<VirtualMachineInputs>;
    pathOf: (key: keyof VirtualMachineInputs) => Path;
}

/** `host`: path of the host. */
export function settingsOfMachine(
    host: Path,
    ownGiven: Partial<VirtualMachineInputs>,
    sharedGiven: Partial<VirtualMachineInputs>,
): MachineSettings {
    const own = withoutUnset(ownGiven);
    const shared = withoutUnset(sharedGiven);
    const given = { ...shared, ...own };
    // An own template replaces a shared image, and the other way round.
    if (own.template !== undefined && own.image === undefined) delete given.image;
    if (own.image !== undefined && own.template === undefined) delete given.template;
    const pathOf = (key: keyof VirtualMachineInputs): Path =>
        own[key] === undefined && shared[key] !== undefined
            ? `virtualMachines.${key}`
            : `${host}.virtualMachine.${key}`;
    return { given, pathOf };
}

function withoutUnset<T extends object>(value: T): Partial<T> {
    return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined && v !== null)) as Partial<T>;
}

/** What these settings must be beside each other and the hosts is in rules/virtualMachines.ts. */
export function resolveVirtualMachine(
    problems: Problems,
    host: Path,
    ownGiven: VirtualMachineInputs,
    shared: Partial<VirtualMachineInputs>,
): VirtualMachineModel {
    if (ownGiven === null)
        problems.add(
            `${host}.virtualMachine`,
            `must be a set of keys and values; {} ${hostSpec.virtualMachine.empty ?? ""}`,
            ownGiven,
        );
    const own = settings(problems, `${host}.virtualMachine`, ownGiven);
    const { given, pathOf } = settingsOfMachine(host, own, shared);
    const {
        gateway,
        gateway6,
        nameservers = [],
        firewallSshSources = [],
        extraNetworkDevices = [],
        tags,
        ...rest
    } = resolveMembers(
        problems,
        pathOf as (name: string) => string,
        omit(virtualMachineSpec, "template", "image"),
        given,
    );
    return {
        ...rest,
        source: resolveSource(problems, { given, pathOf }, rest.node),
        gateway: routerAddress(problems, pathOf("gateway"), gateway) ?? "",
        ...(gateway6 === undefined ? {} : { gateway6: routerAddress(problems, pathOf("gateway6"), gateway6, 6) ?? "" }),
        nameservers: nameservers.map(
            (value, index) => hostAddress(problems, `${pathOf("nameservers")}[${index}]`, value) ?? "",
        ),
        firewallSshSources: firewallSshSources.map(
            (value, index) => networkOrAddress(problems, `${pathOf("firewallSshSources")}[${index}]`, value) ?? "",
        ),
        extraNetworkDevices: extraNetworkDevices.map((device, index) => ({
            ...device,
            address: addressIn(problems, `${pathOf("extraNetworkDevices")}[${index}].address`, device.address),
        })),
        // Proxmox keeps them sorted; any other order would be a difference at every run.
        tags: [...tags].sort(),
    };
}

/** Without a length there is no network, and none is guessed. */
function addressIn(problems: Problems, path: Path, given: unknown): string {
    const found = addressWithPrefix(problems, path, given, {});
    return found === undefined ? "" : `${found.address}/${found.prefixLength}`;
}

function resolveSource(
    problems: Problems,
    { given, pathOf }: MachineSettings,
    node: string,
): VirtualMachineModel["source"] {
    if (given.image !== undefined) return { kind: "image", ...resolveImage(problems, pathOf("image"), given.image) };
    // Neither is a rule's problem.
    if (given.template === undefined) return { kind: "template", vmId: 0, node, linked: false };
    const template = resolveGroup(problems, pathOf("template"), templateSpec, given.template);
    return { kind: "template", ...template, node: template.node ?? node };
}

function resolveImage(problems: Problems, path: string, given: unknown): ImageModel {
    const image = resolveGroup(problems, path, imageSpec, given);
    return {
        ...image,
        ...(image.checksum === undefined
            ? {}
            : { checksum: typeof image.checksum === "string" ? image.checksum.toLowerCase() : "" }),
        fileName: image.fileName ?? defaultFileName(problems, path, image.url ?? ""),
    };
}

/** Without a good address there is no name to derive, and no complaint about it. */
function defaultFileName(problems: Problems, path: string, url: string): string {
    if (url === "") return "";
    const name = url
        .split("/")
        .at(-1)
        ?.replace(/\.img$/, ".qcow2");
    return resolveMember(problems, `${path}.fileName`, imageSpec.fileName, name) as string;
}
