/** The instance's network: a bridge with a gateway, the way out, names, and a namespace for the measuring client. */
import { address6Of, type LabInstance } from "../instance";
import { putBack, WATCHERS } from "../kernelSettings";
import { run, succeeds, UserError } from "../../../tools/run";
import { forwardingDown, forwardingUp } from "./forwarding";
import { removePacketFilters } from "./packetFilters";
import { nameServiceDown, nameServiceUp } from "./nameService";
import { hasAddress, attach, vethOf, detach, vethsOf, setAddress, type Veth } from "./namespace";

/** Makes everything that is missing; what is there stays untouched. */
export async function up(instance: LabInstance): Promise<void> {
    await bridgeUp(instance);
    await forwardingUp(instance);
    await nameServiceUp(instance);
    await memberUp(instance, clientVeth(instance), instance.client.address);
}

/** Removes everything `up` makes. */
export async function down(instance: LabInstance): Promise<void> {
    await detach(clientVeth(instance));
    await removePacketFilters(instance);
    await nameServiceDown(instance);
    await succeeds("ip", ["link", "del", instance.bridge]);
    await forwardingDown(instance);
    await putBack(instance, WATCHERS);
}

/** A namespace with an address on the bridge, made if it is not there. */
export async function memberUp(instance: LabInstance, veth: Veth, address: string): Promise<void> {
    if (await hasAddress(veth, address)) return;
    await attach(instance, veth, macAddress(address));
    await setAddress(instance, veth, address);
}

/** Always the same for an address: no neighbour has to learn where a member is that was removed and made again. */
function macAddress(address: string): string {
    return ["02", "1b", ...address.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0"))].join(":");
}

function clientVeth(instance: LabInstance): Veth {
    return vethOf(instance, "client");
}

async function bridgeUp(instance: LabInstance): Promise<void> {
    if (!(await succeeds("ip", ["link", "show", instance.bridge]))) {
        await subnetIsFree(instance);
        await succeeds("ip", ["link", "add", instance.bridge, "type", "bridge"]);
    }
    await run("ip", ["addr", "replace", `${instance.gateway}/24`, "dev", instance.bridge]);
    const gateway6 = `${address6Of(instance, instance.gateway)}/64`;
    // Not where the kernel has no IPv6.
    await succeeds("ip", ["-6", "addr", "replace", gateway6, "dev", instance.bridge, "nodad"]);
    await run("ip", ["link", "set", instance.bridge, "up"]);
    // Members that outlived their bridge are attached again.
    for (const { port } of await vethsOf(instance))
        await succeeds("ip", ["link", "set", port, "master", instance.bridge, "up"]);
}

/** A subnet that is in use would be cut off from this machine without a word. */
async function subnetIsFree(instance: LabInstance): Promise<void> {
    const routes = JSON.parse(await run("ip", ["-j", "route", "show", "to", "match", instance.gateway])) as {
        dst: string;
        dev?: string;
    }[];
    const taken = routes.find((route) => route.dst !== "default");
    if (taken === undefined) return;
    throw new UserError(
        `The lab needs the network ${instance.subnet}.0/24, but this machine already has a route to ` +
            `${taken.dst} by ${taken.dev ?? "?"}.`,
    );
}
