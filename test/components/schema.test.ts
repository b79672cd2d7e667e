import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PackageSpec, Property } from "@pulumi/pulumi/provider/experimental/schema";
import { packageSchema } from "../../tools/generate/schema";

const ROOT = join(__dirname, "../..");
const TOKEN = "ha-api-load-balancer:index:HaApiLoadBalancer";

interface PackageJson {
    version: string;
}

describe("the package for every Pulumi language", function () {
    this.timeout(60_000);
    let schema: PackageSpec;
    before(() => {
        schema = packageSchema();
    });
    const type = (name: string): Record<string, Property> =>
        schema.types[`ha-api-load-balancer:index:${name}`]!.properties!;

    it("has one component", () => assert.deepEqual(Object.keys(schema.resources), [TOKEN]));

    it("has exactly the outputs that are promised, so that no private field leaks out", () => {
        assert.deepEqual(Object.keys(schema.resources[TOKEN]!.properties!).sort(), [
            "files",
            "hosts",
            "inspection",
            "kubeconfig",
            "kubeconfigServerUrl",
            "verification",
            "vip",
            "vip6",
        ]);
        assert.deepEqual(schema.resources[TOKEN]!.required, [
            "files",
            "hosts",
            "inspection",
            "kubeconfig",
            "kubeconfigServerUrl",
            "verification",
            "vip",
            "vip6",
        ]);
        assert.deepEqual(Object.keys(type("HostOutput")).sort(), [
            "address",
            "hostKey",
            "name",
            "node",
            "priority",
            "vmId",
        ]);
    });

    it("asks only for what cannot be guessed", () => {
        assert.deepEqual(schema.resources[TOKEN]!.requiredInputs, ["apiServers", "hosts", "ssh", "vip"]);
        const required = Object.fromEntries(
            Object.entries(schema.types).map(
                ([token, definition]) => [token.split(":")[2]!, definition.required ?? []] as const,
            ),
        );
        assert.deepEqual(required, {
            InspectionOutput: [
                "apiServers",
                "configurationChecksum",
                "listeners",
                "modes",
                "names",
                "proxyService",
                "services",
                "sshPort",
                "statusPort",
                "statusProtocol",
                "user",
                "vips",
            ],
            BgpOutput: ["bfd", "routers", "table"],
            RouterOutput: ["address", "name"],
            ServiceOutput: ["name", "packages"],
            VipOutput: ["address", "instance"],
            Announcement: [],
            BalancingArgs: [],
            BalancingMethod: [],
            BfdArgs: [],
            BgpArgs: ["localAs", "peers"],
            BgpPeerArgs: ["address", "as"],
            CheckArgs: [],
            CheckKind: [],
            CloudInitArgs: [],
            ContainerArgs: ["image"],
            ContainerRuntime: [],
            CpuArgs: [],
            DiskArgs: [],
            EfiDiskArgs: [],
            ExtraNetworkDeviceArgs: ["address", "bridge"],
            Switchover: [],
            HaproxyArgs: [],
            HealthCheckArgs: [],
            HighAvailabilityArgs: [],
            HostArgs: ["address", "name"],
            HostOutput: ["address", "hostKey", "name", "priority"],
            ImageArgs: [],
            IssuerArgs: ["certificate", "privateKey"],
            ListenOn: [],
            ListenerArgs: ["backends", "name", "port"],
            ListenerProtocol: [],
            LogArgs: [],
            MetricsArgs: [],
            MetricsListenOn: [],
            NetworkDeviceArgs: [],
            NginxArgs: [],
            NginxChannel: [],
            NginxSource: [],
            ProxyEngine: [],
            SshArgs: ["privateKey"],
            StartupArgs: [],
            TemplateArgs: ["vmId"],
            TlsArgs: [],
            VipArgs: ["address", "name"],
            VirtualMachineArgs: [],
            VrrpArgs: [],
            VrrpAuthentication: [],
            VrrpProfile: [],
            VrrpState: [],
            VrrpTransport: [],
        });
    });

    it("has plain inputs where they decide how many resources there are and in which order, and only there", () => {
        const plain = (properties: Record<string, Property>): string[] =>
            Object.entries(properties)
                .filter(([, property]) => property.plain === true)
                .map(([key]) => key)
                .sort();
        assert.deepEqual(plain(schema.resources[TOKEN]!.inputProperties!), [
            "balancing",
            "bgp",
            "haproxy",
            "hosts",
            "listeners",
            "logs",
            "metrics",
            "nginx",
            "ssh",
            "tls",
            "vips",
            "virtualMachines",
            "vrrp",
        ]);
        assert.deepEqual(plain(type("HostArgs")), ["name", "priority", "virtualMachine"]);
        assert.deepEqual(plain(type("VirtualMachineArgs")), [
            "cloudInit",
            "cpu",
            "description",
            "disk",
            "efiDisk",
            "extraNetworkDevices",
            "firewall",
            "firewallIpFilter",
            "highAvailability",
            "image",
            "networkDevice",
            "node",
            "protection",
            "startup",
            "template",
        ]);
        assert.deepEqual(plain(type("VrrpArgs")), ["authentication", "check"]);
        assert.deepEqual(plain(type("TlsArgs")), ["issuer"]);
        // The provider that signs cannot plan a renewal it does not know the date of.
        assert.deepEqual(plain(type("IssuerArgs")), ["renewalDays", "validityDays"]);
        assert.deepEqual(plain(type("ImageArgs")), ["shared", "volumeId"]);
        assert.deepEqual(plain(type("HighAvailabilityArgs")), ["separation"]);
        assert.deepEqual(plain(type("NginxArgs")), ["container"]);
        assert.deepEqual(plain(type("BalancingArgs")), ["healthCheck"]);
        assert.deepEqual(plain(type("ListenerArgs")), ["balancing"]);
        for (const name of [
            "SshArgs",
            "TemplateArgs",
            "CloudInitArgs",
            "CpuArgs",
            "DiskArgs",
            "EfiDiskArgs",
            "ExtraNetworkDeviceArgs",
            "NetworkDeviceArgs",
            "StartupArgs",
            "LogArgs",
            "HaproxyArgs",
            "HealthCheckArgs",
            "CheckArgs",
            "ContainerArgs",
        ])
            assert.deepEqual(plain(type(name)), [], name);
    });

    it("offers the choices of an input by name", () => {
        const values = (name: string): unknown[] =>
            schema.types[`ha-api-load-balancer:index:${name}`]!.enum!.map(({ value }) => value);
        assert.deepEqual(values("NginxSource"), ["distribution", "nginx.org", "container"]);
        assert.deepEqual(values("ProxyEngine"), ["nginx", "haproxy"]);
        assert.deepEqual(values("CheckKind"), ["answer", "process", "api"]);
        assert.deepEqual(values("NginxChannel"), ["stable", "mainline"]);
    });

    it("has a description of the component, of every input and of every output", () => {
        const resource = schema.resources[TOKEN]!;
        const groups: Record<string, Record<string, Property>> = {
            inputs: resource.inputProperties!,
            outputs: resource.properties!,
        };
        for (const [token, { properties }] of Object.entries(schema.types)) groups[token] = properties ?? {};
        for (const [group, properties] of Object.entries(groups)) {
            for (const [key, { description }] of Object.entries(properties)) {
                assert.ok(description !== undefined && description.length > 10, `${group}: ${key} has no description`);
                assert.match(description, /\.$/, `${group}: ${key}`);
            }
        }
        for (const { enum: members = [] } of Object.values(schema.types))
            for (const { name, description } of members) assert.ok(description, name);
        assert.match(resource.description ?? "", /^A highly available address for a Kubernetes API/);
    });

    it("has no text that was lost on the way", () =>
        assert.doesNotMatch(JSON.stringify(schema), /\[object Object\]|undefined/));

    it("is built on the command package's version 1, not on the stray 4.5.0 that npm calls latest", () => {
        const manifest = JSON.parse(
            readFileSync(join(ROOT, "node_modules/@pulumi/command/package.json"), "utf8"),
        ) as PackageJson;
        assert.match(manifest.version, /^1\.2\./);
    });
});
