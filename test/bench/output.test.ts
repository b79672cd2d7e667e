import assert from "node:assert/strict";
import { requestLog, wrkRate } from "../../proving-ground/bench/dataPath/load";
import { packageSeconds } from "../../proving-ground/bench/deployment/ansible";
import { packageStep } from "../../proving-ground/bench/deployment/measure";

describe("what load generators and deployments say", () => {
    const wrk =
        "Running 4s test @ https://10.77.0.99:6443/api\n  2 threads and 32 connections\n  9345 requests in " +
        "4.01s, 2.25MB read\n";

    it("gives wrk's rate", () =>
        assert.equal(wrkRate(`${wrk}Requests/sec:   2331.07\nTransfer/sec:    575.36KB\n`), 2331.07));
    it("refuses a rate with answers that were errors or never came, or none", () => {
        assert.throws(
            () => wrkRate(`${wrk}  Non-2xx or 3xx responses: 12\nRequests/sec:   2331.07\n`),
            /not answered as it should be/,
        );
        assert.throws(
            () => wrkRate(`${wrk}  Socket errors: connect 0, read 0, write 0, timeout 3\nRequests/sec:   2331.07\n`),
            /not answered as it should be/,
        );
        assert.throws(() => wrkRate("unable to connect"), /unable to connect/);
    });
    it("gives h2load's times, and refuses a log with failed requests", () => {
        assert.deepEqual(requestLog("1700000000000000\t200\t310\n1700000000001000\t200\t295\n"), [310, 295]);
        assert.throws(() => requestLog("1700000000000000\t200\t310\n1700000000001000\t-1\t0\n"), /1 of 2 requests/);
        assert.throws(() => requestLog(""), /0 of 0 requests/);
    });
    it("finds the task of the packages among Ansible's times", () => {
        assert.equal(
            packageSeconds(
                "=====\nPackages ---------------------------------------------- 10.53s\nnginx, drop-in " +
                    "------------ 0.45s\n",
            ),
            10.53,
        );
        assert.throws(() => packageSeconds("PLAY RECAP"), /did not report/);
    });
    it("counts packages from the first host's first contact to the last host's packages", () => {
        const resource = (urn: string, second: number) => ({
            urn: `urn:pulumi:s::p::command:remote:Command::${urn}`,
            created: `2026-11-21T10:00:${String(second).padStart(2, "0")}.250Z`,
        });
        const resources = [
            resource("kube-api-a-ready", 2),
            resource("kube-api-b-ready", 3),
            resource("kube-api-a-packages", 9),
            resource("kube-api-b-packages", 12),
            resource("kube-api-a-configuration", 14),
        ];
        assert.equal(packageStep({ checkpoint: { latest: { resources } } }), 10_000);
    });
});
