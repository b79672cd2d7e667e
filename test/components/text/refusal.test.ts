import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../../../components/text/refusal";

describe("a refusal", () => {
    it("is an error of which Pulumi shows the message alone, and has no stack that it could format", () => {
        const error = refusal("vip: is in no host's network.");
        assert.ok(pulumi.RunError.isInstance(error), "Pulumi knows it");
        assert.equal(error.stack, "vip: is in no host's network.");
    });
});
