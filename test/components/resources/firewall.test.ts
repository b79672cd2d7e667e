/** Proxmox's firewall around VMs: which rules there are, and in which order they come into force. */
import assert from "node:assert/strict";
import type { HaApiLoadBalancerArgs } from "../../../components";
import type { Inputs } from "../../../components/model/inputs";
import type { Model } from "../../../components/model/model";
import { addressesOf, firewallRules } from "../../../components/resources/proxmox/firewallRules";
import { apiAndIngress, dualStack, modelOf, virtualMachines, withValue } from "../support";
import { constructUnderMocks, nameOf, PRIVATE_KEY, VM } from "./mocks";

const on = withValue(virtualMachines(), "virtualMachines.firewall", true);
const filtered = withValue(on, "virtualMachines.firewallIpFilter", true);
const args = ({ tls: _tls, vipLookup: _lookup, ...inputs }: Inputs): HaApiLoadBalancerArgs => ({
    ...inputs,
    ssh: { ...inputs.ssh, privateKey: PRIVATE_KEY },
});

/** One line a rule, without its comment. */
const rulesOf = (inputs: Inputs, index = 0): string[] => rulesOfModel(modelOf(inputs), index);

function rulesOfModel(model: Model, index = 0): string[] {
    return firewallRules(model, model.hosts[index] as Parameters<typeof firewallRules>[1]).map(
        ({ type, action, proto, source = "any", dest = "any", dport = "any" }) =>
            `${type} ${action} ${proto} ${source} ${dest} ${dport}`,
    );
}

describe("the firewall of VMs", () => {
    it("lets VRRP pass between the hosts alone, and SSH and the API in from everywhere", () => {
        assert.deepEqual(rulesOf(on), [
            "in ACCEPT vrrp 10.30.100.102 any any",
            "out ACCEPT vrrp any 10.30.100.102 any",
            "in ACCEPT tcp any any 22",
            "in ACCEPT tcp any any 6443",
        ]);
        assert.match(rulesOf(on, 1)[0]!, /10\.30\.100\.101/);
    });

    it("has a rule for each listener in its own protocol, and SSH from where it may come", () => {
        const more = withValue(
            withValue(on, "listeners", [{ name: "dns", port: 53, protocol: "udp", backends: ["10.30.100.61"] }]),
            "virtualMachines.firewallSshSources",
            ["10.30.0.0/16", "192.0.2.7", "192.0.2.8/32"],
        );
        assert.deepEqual(rulesOf(withValue(more, "ssh.port", 2222)).slice(2), [
            "in ACCEPT tcp 10.30.0.0/16,192.0.2.7,192.0.2.8 any 2222",
            "in ACCEPT tcp any any 6443",
            "in ACCEPT udp any any 53",
        ]);
    });

    it("lets in to the listeners the clients that may connect, and the other hosts", () => {
        const some = withValue(on, "allowedClients", ["10.30.0.0/16", "192.0.2.7"]);
        assert.deepEqual(rulesOf(some).slice(2), [
            "in ACCEPT tcp any any 22",
            "in ACCEPT tcp 10.30.100.102,10.30.0.0/16,192.0.2.7 any 6443",
        ]);
    });

    it("lets in to the metrics whoever was named, and nobody else", () => {
        const metrics = { enabled: true, proxyListenOn: "host", allowedClients: ["10.30.5.0/24", "fd00::7"] };
        assert.deepEqual(rulesOf(withValue(on, "metrics", { enabled: true, proxyListenOn: "host" })), rulesOf(on));
        assert.deepEqual(rulesOf(withValue(on, "metrics", metrics)).slice(4), [
            "in ACCEPT tcp 10.30.5.0/24 any 9100",
            "in ACCEPT tcp fd00::7 any 9100",
            "in ACCEPT tcp 10.30.5.0/24 any 8405",
            "in ACCEPT tcp fd00::7 any 8405",
        ]);
        const exporter = withValue(withValue(on, "metrics", metrics), "metrics.proxyListenOn", "loopback");
        assert.deepEqual(
            rulesOf(exporter)
                .slice(4)
                .map((rule) => rule.split(" ").at(-1)),
            ["9100", "9100"],
        );
    });

    it("lets hosts send from every VIP, and clients in at each listener's port", () => {
        const { vips, listeners } = apiAndIngress({ listenOn: "all" });
        const several = withValue(withValue(on, "vips", vips), "listeners", [
            { ...listeners![0]!, port: 443, vip: undefined },
        ]);
        const model = modelOf(several);
        assert.deepEqual(addressesOf(model, model.hosts[1]!), ["10.30.100.102", "10.30.100.100", "10.30.100.110"]);
        assert.deepEqual(rulesOf(several).slice(3), ["in ACCEPT tcp any any 6443", "in ACCEPT tcp any any 443"]);
    });

    it("keeps the families apart in sources, and lets hosts send from all of their addresses", () => {
        const { vip6, hosts } = dualStack();
        const both = hosts.reduce(
            (inputs, { address6 }, index) => withValue(inputs, `hosts[${index}].address6`, address6),
            withValue(on, "vip6", vip6),
        );
        const model = modelOf(
            withValue(
                withValue(both, "allowedClients", ["10.30.0.0/16", "2001:db8::/32"]),
                "virtualMachines.firewallSshSources",
                ["192.0.2.7", "fd00::7"],
            ),
        );
        assert.deepEqual(rulesOfModel(model).slice(2), [
            "in ACCEPT tcp 192.0.2.7 any 22",
            "in ACCEPT tcp fd00::7 any 22",
            "in ACCEPT tcp 10.30.100.102,10.30.0.0/16 any 6443",
            "in ACCEPT tcp 2001:db8:30:100::102,2001:db8::/32 any 6443",
        ]);
        assert.deepEqual(addressesOf(model, model.hosts[0]!), [
            "10.30.100.101",
            "2001:db8:30:100::101",
            "10.30.100.100",
            "2001:db8:30:100::100",
            "fe80::/10",
        ]);
    });

    it("has more rules where the clients are more than one can hold", () => {
        const many = Array.from({ length: 100 }, (_, index) => `172.16.${index}.0/24`);
        const sources = rulesOf(withValue(on, "allowedClients", many))
            .slice(3)
            .map((rule) => rule.split(" ")[3]!);
        assert.deepEqual(sources.join(",").split(","), ["10.30.100.102", ...many]);
        assert.deepEqual(
            sources.map((source) => source.length <= 512),
            [true, true, true],
        );
    });

    it("sends VRRP to its multicast group where that is how the hosts speak", () => {
        assert.match(
            rulesOf(withValue(on, "vrrp", { transport: "multicast" }))[1]!,
            /^out \S+ vrrp any 224\.0\.0\.18 /,
        );
    });

    it("makes nothing and sets nothing where it is not asked for", async () => {
        const result = await constructUnderMocks(args(virtualMachines()));
        assert.deepEqual(
            result.resources.filter(({ name }) => name.includes("firewall")),
            [],
        );
        assert.deepEqual(result.byName("api-vrrp1-vm").inputs["networkDevices"], [{ bridge: "vmbr0" }]);
    });

    it("turns it on when rules and addresses are there, and before anything connects to the host", async () => {
        const result = await constructUnderMocks(args(filtered));
        assert.deepEqual(result.byName("api-vrrp1-vm").inputs["networkDevices"], [{ bridge: "vmbr0", firewall: true }]);
        assert.deepEqual(result.dependencies("api-vrrp1-firewall"), [
            "api-vrrp1-firewall-addresses",
            "api-vrrp1-firewall-rules",
        ]);
        assert.deepEqual(result.dependencies("api-vrrp1-ready"), ["api-vrrp1-firewall", "api-vrrp1-vm"]);
        assert.deepEqual(result.byName("api-vrrp1-firewall-addresses").inputs["cidrs"], [
            { name: "10.30.100.101" },
            { name: "10.30.100.100" },
        ]);
        const { enabled, inputPolicy, outputPolicy, macfilter, vmId } = result.byName("api-vrrp1-firewall").inputs;
        assert.deepEqual(
            { enabled, inputPolicy, outputPolicy, macfilter, vmId },
            { enabled: true, inputPolicy: "DROP", outputPolicy: "ACCEPT", macfilter: true, vmId: 1101 },
        );
    });

    it("goes with its VM, and comes again with it", async () => {
        const { resources } = await constructUnderMocks(args(filtered));
        const made = resources.filter(({ name }) => name.startsWith("api-vrrp2-firewall"));
        assert.equal(made.length, 3);
        for (const { options } of made) {
            assert.equal(nameOf(options.deletedWith!), "api-vrrp2-vm");
            assert.deepEqual(options.replaceWith?.map(nameOf), ["api-vrrp2-vm"]);
            assert.equal(options.deleteBeforeReplace, true);
        }
        assert.equal(resources.filter(({ type }) => type === VM).length, 2);
    });

    it("can be one host's alone, or all others'", async () => {
        const one = withValue(virtualMachines(), "hosts[0].virtualMachine.firewall", true);
        const others = withValue(on, "hosts[0].virtualMachine.firewall", false);
        for (const [inputs, name] of [
            [one, "api-vrrp1-firewall"],
            [others, "api-vrrp2-firewall"],
        ] as const) {
            const { resources } = await constructUnderMocks(args(inputs));
            const names = resources.map((resource) => resource.name);
            assert.deepEqual(
                names.filter((each) => each.endsWith("-firewall")),
                [name],
            );
        }
    });
});
