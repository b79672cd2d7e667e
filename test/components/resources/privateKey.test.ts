import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkedPrivateKey } from "../../../components/resources/privateKey";
import { PRIVATE_KEY, valueOf } from "../resources/mocks";

describe("the private key", () => {
    for (const [what, given] of [
        ["text", PRIVATE_KEY],
        ["an output", pulumi.output(PRIVATE_KEY)],
        ["a secret", pulumi.secret(PRIVATE_KEY)],
    ] as const) {
        it(`given as ${what} is a secret from there on`, async () => {
            const key = checkedPrivateKey(given);
            assert.equal(await pulumi.isSecret(key), true);
            assert.equal(await valueOf(key), PRIVATE_KEY);
        });
    }

    for (const kind of ["OPENSSH ", "RSA ", "EC ", ""]) {
        it(`may be one that begins with BEGIN ${kind}PRIVATE KEY`, async () => {
            const text = PRIVATE_KEY.replaceAll("OPENSSH ", kind);
            assert.equal(
                await valueOf(checkedPrivateKey(text.replaceAll("\n", "\r\n"))),
                `${text.replaceAll("\n", "\r\n").trim()}\n`,
            );
        });
    }

    it("that is none is refused when it becomes known, without being shown", async () => {
        await assert.rejects(
            valueOf(checkedPrivateKey(pulumi.output("hunter2"))),
            (error: Error) => pulumi.RunError.isInstance(error) && !error.message.includes("hunter2"),
        );
    });
});
