/**
 * From a VM's configuration to what is powered on: read at every start, which is why a change of it needs a power
 * cycle.
 */
import { type CloudInit, type MachineSpec } from "../hypervisor/hypervisor";
import { refused } from "./errors";
import { drivesOf, isCloudInit } from "./config/drives";
import { startsWith } from "./guests";
import { readNetwork } from "./config/network";
import { parseProperties } from "./config/properties";
import { type Guest } from "./state";
import { type TaskLog } from "./tasks";

/** The one bridge both nodes of the lab have. */
const BRIDGE = "vmbr0";

/** Everything the hypervisor has to know to power the guest on. */
export function machineSpec(guest: Guest, log: TaskLog): MachineSpec {
    const { vmid, config } = guest;
    if (!Object.values(guest.volumes).some(({ system }) => system)) {
        throw refused(
            "no bootable disk: a lab machine starts from a clone of a template or from an imported cloud image",
        );
    }
    const network = config.net0 === undefined ? undefined : readNetwork(String(config.net0));
    if (network === undefined) throw refused("no net0: a lab machine needs a network device");
    if (network.bridge !== BRIDGE) throw refused(`bridge '${network.bridge ?? ""}' does not exist`);
    const { memory, cpus } = startsWith(guest);
    return { vmid, macAddress: network.mac, cores: cpus, memoryMiB: Number(memory), cloudInit: cloudInit(guest, log) };
}

/** The files that are put into the drive in the place of generated ones, or beside them. */
export function snippetsOf({ config }: Guest): string[] {
    return [...parseProperties(text(config.cicustom) ?? "", "").values()];
}

/** What the cloud-init drive says. Without such a drive the guest gets only its name. */
function cloudInit({ vmid, config }: Guest, log: TaskLog): CloudInit {
    const hostname = text(config.name) ?? `VM${vmid}`;
    if (!drivesOf(config).some(([, drive]) => isCloudInit(drive.file)))
        return { hostname, sshKeys: [], nameservers: [] };
    const addresses = parseProperties(text(config.ipconfig0) ?? "", "ip");
    const address = addresses.get("ip");
    const address6 = addresses.get("ip6");
    const given = [address, address6].filter((each) => each !== undefined);
    const isFixed = (each: string): boolean => !["dhcp", "auto"].includes(each);
    if (given.length === 0 || !given.every(isFixed)) {
        log.warn(
            "ipconfig0 gives no static address, and nothing in the lab serves DHCP or announces routes: the " +
                "machine will not be reachable",
        );
    }
    const fixed = (each: string | undefined): string | undefined =>
        each !== undefined && isFixed(each) ? each : undefined;
    return {
        hostname,
        user: text(config.ciuser),
        password: text(config.cipassword),
        sshKeys: lines(decodeURIComponent(text(config.sshkeys) ?? ""), /\n/),
        address: fixed(address),
        gateway: addresses.get("gw"),
        ...(address6 === undefined ? {} : { address6: fixed(address6), gateway6: addresses.get("gw6") }),
        nameservers: lines(text(config.nameserver) ?? "", /[\s,;]+/),
        searchDomain: text(config.searchdomain),
        upgrade: config.ciupgrade !== 0,
    };
}

function text(value: string | number | undefined): string | undefined {
    return value === undefined ? undefined : String(value);
}

function lines(value: string, separator: RegExp): string[] {
    return value
        .split(separator)
        .map((line) => line.trim())
        .filter((line) => line !== "");
}
