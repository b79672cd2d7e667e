/** The fake Proxmox's firewall: what its calls take and refuse, and what it has the hypervisor filter. */
import assert from "node:assert/strict";
import { VERSIONS, type Version } from "../../../proving-ground/lab/proxmox/access/privileges";
import { packetFilterTable } from "../../../proving-ground/lab/hypervisor/packetFilter";
import { FakeProxmoxServer, type Values } from "./fakeProxmoxServer";

const AT = "/nodes/pve1/qemu/101/firewall";
const VRRP = { action: "ACCEPT", type: "in", proto: "vrrp", source: "10.77.0.102", enable: 1 };

for (const version of Object.keys(VERSIONS) as Version[])
    describe(`fake Proxmox ${version}: firewall`, () => {
        let lab: FakeProxmoxServer;
        beforeEach(async () => {
            lab = await FakeProxmoxServer.start({ version });
            await lab.clone(101, { net0: "model=virtio,bridge=vmbr0,firewall=1" });
        });
        afterEach(() => lab.stop());

        const rule = (values: Values): Promise<unknown> => lab.data("POST", `${AT}/rules`, values);
        const ports = async (): Promise<unknown[]> =>
            (await lab.data<{ dport: string }[]>("GET", `${AT}/rules`)).map(({ dport }) => dport);
        const refusal = async (method: string, path: string, values: Values): Promise<string> => {
            const { status, reason, errors } = await lab.call(method, `${AT}${path}`, values);
            return `${status} ${reason}${Object.entries(errors ?? {})
                .map(([key, text]) => ` ${key}: ${text.trim()}`)
                .join()}`;
        };

        it("puts a new rule at the top, and moves one to where it is wanted", async () => {
            for (const dport of ["1", "2", "3"]) await rule({ action: "ACCEPT", type: "in", proto: "tcp", dport });
            assert.deepEqual(await ports(), ["3", "2", "1"]);
            await lab.data("PUT", `${AT}/rules/2`, { moveto: 0 });
            assert.deepEqual(await ports(), ["1", "3", "2"]);
            await lab.data("DELETE", `${AT}/rules/1`);
            assert.deepEqual(await ports(), ["1", "2"]);
        });

        it("answers a position as a number in a list and as a text alone", async () => {
            await rule({ ...VRRP, comment: "", dest: "" });
            const [listed] = await lab.data<{ pos: unknown; dest?: string }[]>("GET", `${AT}/rules`);
            assert.deepEqual([listed!.pos, listed!.dest], [0, undefined]);
            assert.equal((await lab.data("GET", `${AT}/rules/0`))["pos"], "0");
            assert.equal(await refusal("GET", "/rules/1", {}), "500 no rule at position 1");
        });

        it("refuses rules that Proxmox would not take, in its words", async () => {
            const wrong = (values: Values) => refusal("POST", "/rules", { action: "ACCEPT", type: "in", ...values });
            assert.match(await wrong({ source: "10.77.0.5/24" }), /^400 .* source: invalid format - .*Invalid prefix/);
            assert.match(await wrong({ source: "10.77.0.5,fd00::1" }), /source: .*mixed ipv4\/ipv6/);
            assert.match(await wrong({ dport: "22" }), /proto: missing property - required by 'dport'/);
            assert.match(await wrong({ proto: "vrpp" }), /proto: invalid format - unknown protocol 'vrpp'/);
            assert.match(await wrong({ proto: "tcp", dport: "70000" }), /dport: .*invalid port '70000'/);
            assert.match(await wrong({ ports: "22" }), /ports: property is not defined in schema/);
            assert.match(
                await refusal("PUT", "/options", { policy_in: "REFUSE" }),
                /enumeration 'ACCEPT, REJECT, DROP'/,
            );
        });

        it("keeps a set until it is empty", async () => {
            await lab.data("POST", `${AT}/ipset`, { name: "ipfilter-net0" });
            await lab.data("POST", `${AT}/ipset/ipfilter-net0`, { cidr: "10.77.0.101" });
            assert.match(await refusal("POST", "/ipset", { name: "ipfilter-net0" }), /'ipfilter-net0' already exists/);
            assert.equal(await refusal("DELETE", "/ipset/ipfilter-net0", {}), "500 IPSet 'ipfilter-net0' is not empty");
            await lab.data("DELETE", `${AT}/ipset/ipfilter-net0/10.77.0.101`);
            await lab.data("DELETE", `${AT}/ipset/ipfilter-net0`);
            assert.equal(await refusal("GET", "/ipset/ipfilter-net0", {}), "500 no such IPSet 'ipfilter-net0'");
        });

        it("filters where both the card and the guest say so, and no longer when the guest is gone", async () => {
            const filter = () => lab.hypervisor.filters.get(101);
            await rule(VRRP);
            assert.equal(filter(), undefined);
            await lab.data("PUT", `${AT}/options`, { enable: 1 });
            assert.equal(filter()?.incoming.accepts, false);
            assert.equal(filter()?.outgoing.accepts, true);
            await lab.data("PUT", "/nodes/pve1/qemu/101/config", { net0: "model=virtio,bridge=vmbr0,firewall=0" });
            assert.equal(filter(), undefined);
            await lab.data("PUT", "/nodes/pve1/qemu/101/config", { net0: "model=virtio,bridge=vmbr0,firewall=1" });
            assert.notEqual(filter(), undefined);
            await lab.task("DELETE", "/nodes/pve1/qemu/101");
            assert.equal(filter(), undefined);
        });

        it("tells the hypervisor of rules that are on, and of the addresses and the card that may send", async () => {
            await rule({ action: "ACCEPT", type: "in", proto: "tcp", dport: "23" });
            await rule(VRRP);
            await lab.data("POST", `${AT}/ipset`, { name: "ipfilter-net0" });
            for (const cidr of ["10.77.0.101", "10.77.0.100"])
                await lab.data("POST", `${AT}/ipset/ipfilter-net0`, { cidr });
            await lab.data("PUT", `${AT}/options`, { enable: 1 });
            const table = packetFilterTable("t", "p", lab.hypervisor.filters.get(101)!);
            assert.match(table, /ip saddr \{ 10\.77\.0\.102 \} ip protocol 112 accept/);
            assert.match(table, /arp saddr ip != \{ 10\.77\.0\.100, 10\.77\.0\.101 \} drop/);
            assert.match(table, /ether saddr != bc:24:11:\S+ drop/);
            assert.doesNotMatch(table, /dport/);
        });

        it("gives a clone the firewall of its template", async () => {
            await rule(VRRP);
            await lab.task("POST", "/nodes/pve1/qemu/101/clone", { newid: 102, full: 1 });
            assert.equal((await lab.data<unknown[]>("GET", "/nodes/pve1/qemu/102/firewall/rules")).length, 1);
        });
    });
