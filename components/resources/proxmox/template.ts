/** What a template must not have, or must have, for its clones to be what was asked for. */
import type { VirtualMachineModel } from "../../model/model";
import { storageStatus } from "../../proxmox/answers";
import type { ProxmoxApi } from "./api";
import type { Config } from "./guests";

const DISK = /^(scsi|virtio|sata|ide)\d+$/;

/** Each begins as "the template 9000 on pve1" goes on, and says what to do. */
export function problemsOfTemplate(config: Config, name: string, machine: VirtualMachineModel): string[] {
    return [...ofDisks(config, name, machine), ...ofCloudInit(config, machine), ...ofHookScript(config)];
}

/** The provider knows the disks it was told about: others it detaches at the next change of a disk. */
function ofDisks(config: Config, name: string, { diskInterface }: VirtualMachineModel): string[] {
    const places = Object.keys(config).filter((key) => DISK.test(key) && !/(^|,)media=cdrom/.test(text(config, key)));
    const order = /order=([^,]*)/.exec(text(config, "boot"))?.[1]?.split(";") ?? [];
    const system = order.find((key) => places.includes(key)) ?? places[0];
    if (system === undefined) return ["has no disk"];
    if (!places.includes(diskInterface))
        return [
            `has its system disk on ${system}, not on ${diskInterface}: a clone would get a second, empty one. ` +
                `Set virtualMachine.diskInterface of ${name} (or virtualMachines.diskInterface) to ${system}`,
        ];
    const others = places.filter((key) => key !== diskInterface);
    return others.length === 0
        ? []
        : [
              `has more than one disk (${[diskInterface, ...others].join(", ")}): the others would be detached from a ` +
                  "clone when a setting of its disk changes. Make a template without them " +
                  `(qm disk unlink, or a clone of it: ${others.join(", ")})`,
          ];
}

/** What the template's own cloud-init settings say instead of ours, or beside them. */
function ofCloudInit(config: Config, { extraNetworkDevices }: VirtualMachineModel): string[] {
    const replaced = [...text(config, "cicustom").matchAll(/\b(user|network)=([^,]+)/g)].map(
        ([, what = "", file = ""]) => `${what}=${file}`,
    );
    const addresses = Object.keys(config).filter(
        (key) => /^ipconfig\d+$/.test(key) && Number(key.replace("ipconfig", "")) > extraNetworkDevices.length,
    );
    return [
        ...(replaced.length === 0
            ? []
            : [
                  `has cloud-init data of its own in the place of the login user, its keys or the address (cicustom: ` +
                      `${replaced.join(", ")}): a clone could not be logged in to. Remove them from the template ` +
                      "(qm set ID --delete cicustom; vendor data may stay: cloudInit.vendorData)",
              ]),
        ...(addresses.length === 0
            ? []
            : [
                  `has addresses for network devices that a clone will not have (${addresses.join(", ")}), which would ` +
                      `be a difference at every refresh. Remove them (qm set ID --delete ${addresses.join(",")}), or ` +
                      "give the devices with extraNetworkDevices",
              ]),
    ];
}

/** The provider takes it away from a clone, which Proxmox lets nobody do who comes with a token, not even root. */
function ofHookScript(config: Config): string[] {
    return config["hookscript"] === undefined
        ? []
        : [
              `has a hookscript (${config["hookscript"]}), which only root may take away from a clone, and not with an ` +
                  "API token. Remove it from the template (qm set ID --delete hookscript)",
          ];
}

/** A linked clone is on the template's storage, and so on a node that has it. */
export async function problemsOfLink(api: ProxmoxApi, config: Config, machine: VirtualMachineModel): Promise<string[]> {
    const { source, node, datastore, diskInterface } = machine;
    const storage = text(config, diskInterface).split(":")[0] ?? "";
    if (source.kind !== "template" || !source.linked || storage === "") return [];
    if (storage !== datastore)
        return [
            `has its disk on ${storage}, where a linked clone's is too, and datastore is ${datastore}. Set it to ` +
                `${storage}, or template.linked to false`,
        ];
    if (source.node === node) return [];
    const { shared } = await api.call("GET", `/nodes/${source.node}/storage/${storage}/status`, storageStatus);
    return shared === 1
        ? []
        : [
              `has its disk on ${storage}, which ${node} does not share: a linked clone cannot go there. Name a template ` +
                  `on ${node} (template.node), or set template.linked to false`,
          ];
}

const text = (config: Config, key: string): string => String(config[key] ?? "");
