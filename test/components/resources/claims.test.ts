import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { claim } from "../../../components/resources/claims";

const host = (name: string, address: string): { name: string; address: string } => ({ name, address });
const freshRun = (): Promise<void> =>
    pulumi.runtime.setMocks({
        call: ({ inputs }) => inputs as object,
        newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
    });

describe("two load balancers in one program", () => {
    beforeEach(freshRun);

    it("may not have names that make resources of one name, and the error names them", () => {
        claim("a", [host("b-c", "10.0.0.1")]);
        assert.throws(
            () => claim("a-b", [host("c", "10.0.0.2")]),
            (error: Error) => {
                assert.ok(pulumi.RunError.isInstance(error), "an error for people");
                assert.match(
                    error.message,
                    /^HaApiLoadBalancer "a-b" with its host c collides with "a" with its host b-c: .* a-b-c\. Rename one of the two or its host\./,
                );
                return true;
            },
        );
    });

    it("may not share a host", () => {
        claim("one", [host("vrrp1", "10.0.0.1")]);
        assert.throws(
            () => claim("two", [host("vrrp2", "10.0.0.1")]),
            /collides with "one" with its host vrrp1: the host would be the same machine, 10\.0\.0\.1\. Give each a machine of its own\./,
        );
    });

    it("are fine side by side, and again in the next run of the program in the same process", async () => {
        claim("one", [host("vrrp1", "10.0.0.1"), host("vrrp2", "10.0.0.2")]);
        claim("two", [host("vrrp1", "10.0.0.3"), host("vrrp2", "10.0.0.4")]);
        await freshRun();
        claim("one", [host("vrrp1", "10.0.0.1"), host("vrrp2", "10.0.0.2")]);
    });
});
