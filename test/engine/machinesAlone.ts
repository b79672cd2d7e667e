/**
 * A program: the VMs of a load balancer, as the component makes them, without the steps on hosts, which need machines.
 * What engine and provider make of a Proxmox in trouble is seen in seconds.
 */
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../../components/inputs";
import type { Inputs } from "../../components/model/inputs";
import { virtualMachineOf } from "../../components/model/hostOf";
import { resolveModel } from "../../components/model/resolve";
import { rolloutOrder } from "../../components/model/rolloutOrder";
import { hostPrefix } from "../../components/resources/names";
import { type ManagedMachine, managedMachine, separate } from "../../components/resources/proxmox/highAvailability";
import { cloudImages } from "../../components/resources/cloudImages";
import { lookBefore } from "../../components/resources/proxmox/looks";
import { proxmoxHost } from "../../components/resources/virtualMachine";

const inputs = JSON.parse(process.env["MACHINES"]!) as Inputs;
const model = resolveModel(inputs);
const parent = new pulumi.ComponentResource("test:index:Machines", "kube-api");
const images = cloudImages("kube-api", inputs as HaApiLoadBalancerArgs, pulumi.output(model), parent);
const hosts = rolloutOrder(model.hosts).map(({ name }) => ({
    image: images.get(name),
    prefix: hostPrefix("kube-api", name),
    resource: `kube-api-${name}-vm`,
    settings: { host: pulumi.output(virtualMachineOf(model, name)), model: pulumi.output(model), others: "OTHERS" },
}));
const allLooked = pulumi.all(hosts.map(({ resource, settings }) => lookBefore(resource, settings, parent)));
const { description, protection, highAvailability } = inputs.virtualMachines ?? {};
const given = { description, protection };
const managed: ManagedMachine[] = [];
let after: pulumi.Resource | undefined;
for (const { image, prefix, resource, settings } of hosts) {
    const vm = proxmoxHost(resource, { ...settings, given, image, after, looked: allLooked }, parent).resource;
    if (highAvailability !== undefined)
        managed.push(managedMachine(prefix, { host: settings.host, vm, given: highAvailability }, parent));
    after = vm;
}
separate("kube-api", managed, after === undefined ? [] : [after], parent);
