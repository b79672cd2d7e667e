import assert from "node:assert/strict";
import { addViolations } from "../../../cli/preview/policies";
import type { Preview } from "../../../cli/preview/previewJson";

const violation = (over: object): string =>
    JSON.stringify({
        sequence: 1,
        policyEvent: {
            resourceUrn: "urn:pulumi:prod::site::ha-api-load-balancer:index:HaApiLoadBalancer::kube-api",
            message: "<{%reset%}>two on one node.<{%reset%}>\n",
            policyName: "hosts-on-different-nodes",
            enforcementLevel: "mandatory",
            ...over,
        },
    });

describe("what policies say of a preview", () => {
    it("is a problem where it is mandatory, and a warning where it is advised", () => {
        const preview: Preview = { steps: [], counts: {}, problems: ["preview failed", "known"], warnings: [] };
        const log = [
            JSON.stringify({ sequence: 0, preludeEvent: {} }),
            violation({}),
            violation({}),
            violation({ policyName: "enough-api-servers", enforcementLevel: "advisory", resourceUrn: undefined }),
            "",
        ];
        addViolations(preview, log.join("\n"));
        assert.deepEqual(preview.problems, ["known", "hosts-on-different-nodes (kube-api): two on one node."]);
        assert.deepEqual(preview.warnings, ["enough-api-servers: two on one node."]);
    });
});
