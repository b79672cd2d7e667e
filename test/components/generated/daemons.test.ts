import assert from "node:assert/strict";
import * as fc from "fast-check";
import { itOnEachRelease } from "../../checkers";
import { modelOf } from "../support";
import { checkedHost, sayings } from "./checkedHost";
import { makeIdentities, type Identity } from "./identities";
import { anyInputs } from "./inputs";
import { LEAVES, pathsIn } from "./leaves";

/**
 * More of them find rarer faults: HA_API_TEST_RUNS=1000. A failure names its seed; HA_API_TEST_SHRINK=1 looks for a
 * smaller example, which takes its time.
 */
const RUNS = Number(process.env["HA_API_TEST_RUNS"] ?? 10);
const endOnFailure = process.env["HA_API_TEST_SHRINK"] === undefined;

/** Refused wherever they stand. */
const NEVER = ["virtualMachines.vmId", "listeners[n].balancing.healthCheck.path"];

describe("whatever the model accepts, the daemons accept:", () => {
    let identities: Identity[];
    before(() => {
        identities = makeIdentities();
    });

    it("what is generated has every input there is, and all of it is valid", () => {
        const missing = new Set(LEAVES.filter((path) => !NEVER.includes(path)));
        for (const { inputs } of fc.sample(anyInputs(identities), { numRuns: 500, seed: 7 })) {
            modelOf(inputs);
            for (const path of pathsIn(inputs)) missing.delete(path);
        }
        assert.deepEqual([...missing], []);
    }).timeout(300_000);

    itOnEachRelease(
        "nginx, HAProxy, keepalived, nft and systemd, without a remark",
        (checker) => {
            let run = 0;
            fc.assert(
                fc.property(anyInputs(identities), fc.nat(), ({ inputs, credentials }, any) => {
                    const model = modelOf(inputs);
                    const verdicts = checkedHost(
                        checker,
                        model,
                        model.hosts[any % model.hosts.length]!,
                        credentials,
                        run++ % 5 === 0,
                    );
                    assert.ok(
                        verdicts.every(
                            ({ status, output }) =>
                                status === 0 && (output === "" || output === "Configuration file is valid"),
                        ),
                        sayings(verdicts),
                    );
                }),
                { numRuns: RUNS, endOnFailure },
            );
        },
        RUNS * 10_000 + 60_000,
    );
});
