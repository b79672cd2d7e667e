import assert from "node:assert/strict";
import { labInstance, labInstanceNames } from "../../../proving-ground/lab/instance";
import { machine } from "../../../proving-ground/lab/hypervisor/machine";
import { labHosts } from "../../../proving-ground/lab/network/nameService";

describe("names of the lab", () => {
    it("answers for the virtual IP, the hosts and the API servers", () => {
        const hosts = labHosts(labInstance("test")).split("\n");
        for (const line of [
            "10.77.1.100 k3s1api.lab.internal",
            "10.77.1.101 vrrp1.lab.internal",
            "10.77.1.102 vrrp2.lab.internal",
            "10.77.1.51 api1.lab.internal",
            "10.77.1.10 existing1.lab.internal",
            "10.77.1.51 k3s1nodes.lab.internal",
            "10.77.1.53 k3s1nodes.lab.internal",
        ]) {
            assert.ok(hosts.includes(line), line);
        }
    });

    it("fit into the kernel's 15 characters, whatever the VM id", () => {
        for (const name of labInstanceNames) {
            const { veth } = machine(labInstance(name), 999_999_999);
            assert.ok(veth.port.length <= 15, veth.port);
            assert.ok(labInstance(name).bridge.length <= 15, "labInstance(name).bridge.length <= 15");
        }
    });
});
