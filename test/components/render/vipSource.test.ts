/** Which address the master's own connections come from: tried on the kernel, in a network namespace of the test's. */
import assert from "node:assert/strict";
import { keepalivedConfiguration } from "../../../components/render/keepalived";
import { isRoot, itNeeds, outcomeOf } from "../programs";
import { existingMachines, modelOf } from "../support";

function missing(): string | false {
    if (process.platform !== "linux") return "it needs network namespaces, which only Linux has";
    if (!isRoot) return "it needs a network namespace: run as root";
    return outcomeOf("unshare", ["--net", "true"]).status !== 0 && "this machine allows no network namespace";
}

const need = missing();

describe("a host that holds the VIP", () => {
    for (const prefix of [16, 23, 24, 25]) {
        itNeeds(
            need,
            `connects to API servers from its own address, which has the prefix ${prefix} while the VIP was ` +
                "given without one",
            () => {
                const model = modelOf(existingMachines());
                const address = /virtual_ipaddress \{\s+(\S+) dev/.exec(
                    keepalivedConfiguration(model, model.hosts[0]!).content,
                )![1]!;
                const script =
                    "ip link add ens18 type veth peer name other && ip link set ens18 up && ip link set " +
                    'other up && ip addr add "$0" dev ens18 && ip addr add "$1" dev ens18 && ip -o route get ' +
                    "10.30.100.51";
                const { status, output } = outcomeOf("unshare", [
                    "--net",
                    "sh",
                    "-c",
                    script,
                    `10.30.100.101/${prefix}`,
                    address,
                ]);
                assert.equal(status, 0, output);
                assert.match(output, /^10\.30\.100\.51 dev ens18 src 10\.30\.100\.101 /);
            },
        );
    }
});
