import assert from "node:assert/strict";
import { parse } from "yaml";
import { type CloudInit } from "../../../proving-ground/lab/hypervisor/hypervisor";
import { renderSeed } from "../../../proving-ground/lab/hypervisor/seed";

const site = { nameserver: "10.77.1.1", searchDomain: "lab.internal" };
const cloudInit: CloudInit = {
    hostname: "vrrp1",
    user: "ops",
    sshKeys: ["ssh-ed25519 AAAA one", "ssh-ed25519 BBBB two"],
    address: "10.77.1.101/24",
    gateway: "10.77.1.1",
    nameservers: ["10.77.1.1"],
};

describe("NoCloud seed", () => {
    it("has the user, the keys and the names in the user data", () => {
        const text = renderSeed(cloudInit, site)["user-data"];
        assert.ok(text.startsWith("#cloud-config\n"), 'text.startsWith("#cloud-config\\n")');
        assert.deepEqual(parse(text), {
            hostname: "vrrp1",
            manage_etc_hosts: true,
            fqdn: "vrrp1.lab.internal",
            user: "ops",
            ssh_authorized_keys: cloudInit.sshKeys,
            chpasswd: { expire: false },
            users: ["default"],
        });
    });

    it("upgrades all packages when asked to, written as Proxmox writes it", () => {
        assert.doesNotMatch(renderSeed({ ...cloudInit, upgrade: false }, site)["user-data"], /upgrade/);
        assert.match(renderSeed({ ...cloudInit, upgrade: true }, site)["user-data"], /^package_upgrade: true$/m);
    });

    it("has the address, the route and the name server in the network configuration", () => {
        assert.deepEqual(parse(renderSeed(cloudInit, site)["network-config"]), {
            version: 2,
            ethernets: {
                host0: {
                    addresses: ["10.77.1.101/24"],
                    routes: [{ to: "default", via: "10.77.1.1" }],
                    nameservers: { addresses: ["10.77.1.1"], search: ["lab.internal"] },
                    "accept-ra": false,
                },
            },
        });
    });

    it("falls back to the site's name server and domain", () => {
        const network = renderSeed(
            { ...cloudInit, nameservers: [] },
            { nameserver: "10.0.0.9", searchDomain: "example.org" },
        );
        assert.match(network["network-config"], /- 10\.0\.0\.9\n/);
        assert.match(network["user-data"], /fqdn: vrrp1\.example\.org\n/);
    });

    it("lets root in when root is the user", () => {
        const data = parse(renderSeed({ ...cloudInit, user: "root" }, site)["user-data"]) as { disable_root: boolean };
        assert.equal(data.disable_root, false);
    });

    it("keeps the instance id while the data is the same and changes it with the data", () => {
        const id = (data: CloudInit): string => renderSeed(data, site)["meta-data"];
        assert.match(id(cloudInit), /^instance-id: [0-9a-f]{40}\n$/);
        assert.equal(id({ ...cloudInit }), id(cloudInit));
        assert.notEqual(id({ ...cloudInit, sshKeys: [] }), id(cloudInit));
        assert.notEqual(id({ ...cloudInit, address: "10.77.1.102/24" }), id(cloudInit));
    });
});
