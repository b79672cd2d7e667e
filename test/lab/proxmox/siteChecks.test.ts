/**
 * What the component checks of the site before it makes a VM (tags, processors, storages, firewall), asked of the fake
 * Proxmox with the token that docs/security.md makes, and with what it adds for those who may look further.
 */
import assert from "node:assert/strict";
import { type ProxmoxApi, proxmoxApi } from "../../../components/resources/proxmox/api";
import { beforeMaking } from "../../../components/resources/proxmox/beforeMaking";
import type { Wanted } from "../../../components/resources/proxmox/guests";
import { checkTagsOfNew } from "../../../components/resources/proxmox/tags";
import { documentedCommands } from "../../../proving-ground/lab/proxmox/access/documented";
import { modelOf, virtualMachines } from "../../components/support";
import { DOCUMENTED, FakeProxmoxServer } from "./fakeProxmoxServer";

/** What the document adds for those who may look further. */
const LOOK = documentedCommands().settings.filter((command) => command.includes("HaApiLook"));
const MARK = "Load balancer (ha-api/prod, kube-api-vrrp1-vm).";

describe("the checks of the site before a VM is made", () => {
    let lab: FakeProxmoxServer;
    let output: string[];
    beforeEach(async () => {
        output = [];
        lab = await FakeProxmoxServer.start({ tokens: [DOCUMENTED], commands: documentedCommands().template });
    });
    afterEach(() => lab.stop());

    /** From here on the token has these commands' rights as well. */
    async function given(...more: string[]): Promise<void> {
        await lab.stop();
        lab = await FakeProxmoxServer.start({
            tokens: [DOCUMENTED],
            commands: [...documentedCommands().template, ...more],
        });
    }

    const plain = modelOf(virtualMachines()).hosts[0]!.virtualMachine!;
    const wantedAs = (more: Partial<Wanted["machine"]>): Wanted => ({
        ...{ name: "vrrp1", mark: MARK, address: "10.77.0.101/24", others: "OTHERS" },
        machine: { ...plain, vmId: 101, ...more },
    });
    const look = (more: Partial<Wanted["machine"]> = {}): Promise<void> =>
        beforeMaking(
            proxmoxApi({ endpoint: lab.endpoint, apiToken: DOCUMENTED, insecure: true }),
            wantedAs(more),
            (text) => void output.push(text),
        );

    describe("tags", () => {
        const options = (values: Record<string, string>) => lab.data("PUT", "/cluster/options", values);
        const tagged = (...tags: string[]) => look({ tags });

        it("are free where the datacenter says nothing of them", () => tagged("new"));

        it("are refused that are registered, where a guest has one", async () => {
            await options({ "registered-tags": "prod" });
            await lab.clone(300, { tags: "prod;test" });
            await tagged("test", "new");
            await assert.rejects(
                tagged("prod"),
                /^Error: the datacenter does not let this API token set prod \(tags of vrrp1\)\. It may change test\. .* Nothing was made\.$/,
            );
        });

        it("are not taken from a template that has one of the registered", async () => {
            await lab.clone(9100, { tags: "golden;ha-api" });
            await lab.data("PUT", "/nodes/pve1/qemu/9100/config", { template: 1 });
            await options({ "registered-tags": "golden" });
            const source = { kind: "template" as const, vmId: 9100, node: "pve1", linked: false };
            const cloned = (...tags: string[]) => look({ source, tags });
            await assert.rejects(cloned("ha-api"), /token take golden, which the template has, from its clone\./);
            await cloned("golden", "ha-api");
        });

        it("are refused that are not listed, to who may look at the datacenter, and not to who may change it", async () => {
            const change = [
                'pveum role add Change -privs "Sys.Audit Sys.Modify"',
                "pveum acl modify / -user pulumi@pve -role Change",
            ];
            for (const [commands, refused] of [
                [LOOK, true],
                [change, false],
            ] as const) {
                await given(...commands);
                await options({ "user-tag-access": "user-allow=list,user-allow-list=ops;lb" });
                await tagged("lb");
                if (refused) await assert.rejects(tagged("ha-api"), /token set ha-api .* It may change lb, ops\./);
                else await tagged("ha-api");
            }
        });

        it("of a VM from an image count from 9.2 on", async () => {
            const api = (version: string): ProxmoxApi => {
                const answers: Record<string, unknown> = {
                    "/version": { version },
                    "/cluster/options": { "allowed-tags": [], "user-tag-access": { "user-allow": "none" } },
                    "/access/permissions?path=/": { "/": {} },
                };
                return { call: <T>(_: string, path: string) => Promise.resolve(answers[path] as T) };
            };
            await checkTagsOfNew(api("9.1.9"), wantedAs({}), []);
            await checkTagsOfNew(api("8.4.21"), wantedAs({}), []);
            for (const version of ["9.2.11", "10.0"])
                await assert.rejects(
                    checkTagsOfNew(api(version), wantedAs({}), []),
                    /token set ha-api .* It may change no tags\./,
                );
        });
    });

    describe("processors", () => {
        it("of a type that the node does not know are refused, with what may be meant", async () => {
            const typed = (cpuType: string) => look({ cpuType });
            for (const good of ["host", "x86-64-v3", "EPYC-Milan-v2", "custom-mine"]) await typed(good);
            await assert.rejects(
                typed("x86_64_v2_aes"),
                /^Error: the node pve1 knows no CPU type x86_64_v2_aes \(cpuType of vrrp1\)\. Is x86-64-v2-AES meant\?/,
            );
            await assert.rejects(typed("hsot"), /Is host meant\?/);
            await assert.rejects(typed("pentium-quantum"), /vrrp1\)\. Set it to one that Proxmox offers/);
        });

        it("more than the node has are refused to who may look at it", async () => {
            const many = { cores: 5, cpu: { sockets: 2 } };
            await look(many);
            await given(...LOOK);
            await assert.rejects(
                look(many),
                /^Error: the node pve1 has 8 processors, .* virtualMachine\.cores of vrrp1 is 5, times 2 sockets .* at most 4\. Nothing was made\.$/,
            );
            await look({ ...many, cores: 4 });
        });
    });

    describe("storages", () => {
        it("that are not there are refused, and so are those without disk images", async () => {
            await assert.rejects(
                look({ datastore: "local-lmv" }),
                /^Error: the storage local-lmv \(datastore of vrrp1\) cannot be used on pve1 \(Proxmox: 500 storage 'local-lmv' does not exist\); pve1 has local-lvm, local-zfs, local-files, nfs\. Set it .* Nothing was made\.$/,
            );
            await assert.rejects(
                look({ datastore: "local" }),
                /the storage local \(datastore of vrrp1\) on pve1 does not take disk images, but iso,vztmpl,backup,import; pve1 has/,
            );
            await assert.rejects(
                look({ cloudInit: { datastore: "nowhere" } }),
                /nowhere \(cloudInit\.datastore of vrrp1\)/,
            );
            await assert.rejects(
                look({ efiDisk: { datastore: "nowhere", preEnrolledKeys: false } }),
                /nowhere \(efiDisk\.datastore of vrrp1\)/,
            );
            await look({ datastore: "nfs", cloudInit: { datastore: "local-zfs" } });
        });

        it("of an image or of vendor data that are not there are named with those that are", async () => {
            const source = { kind: "image", volumeId: "isos:import/debian-13.qcow2" } as Wanted["machine"]["source"];
            await assert.rejects(
                look({ source }),
                /^Error: the image isos:import\/debian-13\.qcow2 \(image\.volumeId\) cannot be looked for: Proxmox says of its storage isos on pve1: 500 storage 'isos' does not exist; pve1 has local, nfs\. .* Nothing was made\.$/,
            );
            await assert.rejects(
                look({ cloudInit: { vendorData: "isos:snippets/agent.yaml" } }),
                /^Error: the vendor data isos:snippets\/agent\.yaml .* cannot be looked for: .*storage isos on pve1/,
            );
        });
    });

    describe("the firewall", () => {
        const filtered = { firewall: true };
        const RULE = { action: "ACCEPT", type: "in", proto: "tcp", dport: "22", enable: 1 };

        it("of a template is refused where the VM is to have its own, rules and addresses alike", async () => {
            await lab.data("POST", "/nodes/pve1/qemu/9000/firewall/rules", RULE);
            await lab.data("POST", "/nodes/pve1/qemu/9000/firewall/ipset", { name: "ipfilter-net0" });
            await look();
            await assert.rejects(
                look(filtered),
                /^Error: the template 9000 on pve1 has firewall rules of its own \(1\), .*; and it has the IP set ipfilter-net0, .*\. Nothing was made\.$/,
            );
        });

        it("of the datacenter is named at every run when it is off, and nothing is said when it is on", async () => {
            await given(...LOOK);
            await look(filtered);
            assert.deepEqual(output, []);
            await lab.data("PUT", "/cluster/firewall/options", { enable: 0 });
            await look(filtered);
            await lab.clone(101);
            await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
            await look(filtered);
            assert.equal(output.length, 2);
            for (const line of output)
                assert.match(
                    line,
                    /^vrrp1: firewall is true, and the firewall of the datacenter is off: .* Datacenter, Firewall, Options\./,
                );
            await look();
            assert.equal(output.length, 2);
        });

        it("of the datacenter that may not be seen is named once, when the VM is to be made", async () => {
            await look(filtered);
            await lab.clone(101);
            await lab.task("POST", "/nodes/pve1/qemu/101/status/start");
            await look(filtered);
            assert.equal(output.length, 1);
            assert.match(output[0]!, /could not be seen \(Proxmox: 403 .*\(\/, Sys\.Audit\)\)\. .* Sys\.Audit on \//);
        });
    });
});
