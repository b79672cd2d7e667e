/** What becomes of values that may be written in several ways. */
import assert from "node:assert/strict";
import { existingMachines, modelOf } from "../support";

describe("values of inputs", () => {
    for (const [sum, meant] of [
        [0.1 + 0.2, 0.3],
        [1.1 * 3, 3.3],
        [0.57, 0.57],
        [(0.29 * 100) / 100, 0.29],
    ] as const)
        it(`that are hundredths of a second as near as numbers can say are those: ${sum}`, () => {
            const { vrrp } = modelOf(existingMachines({ vrrp: { advertisementInterval: sum } }));
            assert.equal(vrrp.advertisementInterval, meant);
        });

    it("may be an image of a private registry with a port", () => {
        const image = "registry.example.com:5000/nginx:1.28";
        const { nginx } = modelOf(existingMachines({ nginx: { source: "container", container: { image } } }));
        assert.deepEqual(nginx.source, { kind: "container", image, runtime: "podman", user: "nginx" });
    });
});
