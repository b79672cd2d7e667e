import assert from "node:assert/strict";
import { randomProvider } from "../../../plugin-stand-ins/random/provider";
import {
    isSecret,
    plain,
    type Properties,
    secret,
    unknown,
    type Value,
} from "../../../plugin-stand-ins/shared/properties";
import { Engine } from "../harness";

describe("the random plugin", () => {
    let engine: Engine;
    const start = async (type: string) => (engine = await Engine.start(randomProvider, `random:index/${type}`));
    const result = async (inputs: Properties) => textOf((await engine.create(inputs)).state["result"]);
    afterEach(() => engine.stop());

    describe("RandomPassword", () => {
        beforeEach(() => start("randomPassword:RandomPassword"));

        it("gives a secret text and its secret hash, and an id that says nothing", async () => {
            const { id, state } = await engine.create({ length: 20 });
            assert.ok(
                isSecret(state["result"]) && isSecret(state["bcryptHash"]),
                'isSecret(state["result"]) && isSecret(state["bcryptHash"])',
            );
            assert.equal(textOf(state["result"]).length, 20);
            assert.match(textOf(state["bcryptHash"]), /^\$2a\$10\$[./A-Za-z0-9]{53}$/);
            assert.equal(id, "none");
        });

        it("shows the defaults in its state", async () => {
            const { state } = await engine.create({ length: 8 });
            assert.deepEqual(
                Object.fromEntries(
                    Object.entries(state).filter(([name]) => name !== "result" && name !== "bcryptHash"),
                ),
                {
                    length: 8,
                    lower: true,
                    minLower: 0,
                    minNumeric: 0,
                    minSpecial: 0,
                    minUpper: 0,
                    number: true,
                    numeric: true,
                    special: true,
                    upper: true,
                },
            );
        });

        it("refuses a length below the sum of the minimums", async () => {
            const { failures } = await engine.check({ length: 3, minUpper: 2, minLower: 2 });
            assert.deepEqual(
                failures.map(({ property }) => property),
                ["length"],
            );
        });

        it("fails when no class is on", async () => {
            const inputs = { length: 4, special: false, upper: false, lower: false, numeric: false };
            await assert.rejects(engine.create(inputs), { message: /^the character set is empty/ });
        });

        it("is replaced by a change of any input", async () => {
            const { replaces } = await engine.diff({ length: 8 }, { length: 9 });
            assert.deepEqual(replaces, ["length"]);
            assert.deepEqual(
                (await engine.diff({ length: 8, keepers: { vm: "1" } }, { length: 8, keepers: { vm: "2" } })).details,
                { "keepers.vm": "UPDATE_REPLACE" },
            );
        });

        it("is not changed by a default that is written out", async () => {
            assert.equal(
                (await engine.diff({ length: 8 }, { length: 8, special: true, number: true, minUpper: 0 })).changed,
                false,
            );
        });

        it("previews with unknown results and unknown inputs", async () => {
            assert.deepEqual((await engine.check({ length: unknown })).failures, []);
            const { id, state } = await engine.create(
                { length: unknown, keepers: { a: secret("x") } },
                { preview: true },
            );
            assert.deepEqual([id, state["result"], state["bcryptHash"]], ["", unknown, unknown]);
            assert.ok(
                isSecret((state["keepers"] as Properties)["a"]),
                'isSecret((state["keepers"] as Properties)["a"])',
            );
        });
    });

    describe("RandomString", () => {
        beforeEach(() => start("randomString:RandomString"));

        it("gives a text in the clear, which is also its id", async () => {
            const { id, state } = await engine.create({ length: 5, special: false });
            assert.match(id, /^[A-Za-z0-9]{5}$/);
            assert.deepEqual([state["result"], "bcryptHash" in state], [id, false]);
        });

        it("uses only the classes that are on, and the given special characters", async () => {
            assert.match(await result({ length: 200, special: false }), /^[A-Za-z0-9]{200}$/);
            assert.match(await result({ length: 200, special: false, upper: false, number: false }), /^[a-z]{200}$/);
            assert.match(
                await result({ length: 200, overrideSpecial: "_-", numeric: false, lower: false }),
                /^[A-Z_-]{200}$/,
            );
        });

        it("holds the minimum of each class", async () => {
            for (let round = 0; round < 20; round++) {
                const text = await result({
                    length: 8,
                    minUpper: 2,
                    minLower: 2,
                    minNumeric: 2,
                    minSpecial: 2,
                    overrideSpecial: "_",
                });
                assert.deepEqual(
                    [/[A-Z]/g, /[a-z]/g, /[0-9]/g, /_/g].map((one) => text.match(one)?.length),
                    [2, 2, 2, 2],
                );
            }
        });
    });

    it("RandomId gives the same bytes in four notations, after the prefix", async () => {
        await start("randomId:RandomId");
        const { id, state } = await engine.create({ byteLength: 4, prefix: "p-" });
        const hex = textOf(state["hex"]);
        assert.match(hex, /^p-[0-9a-f]{8}$/);
        const bytes = Buffer.from(hex.slice(2), "hex");
        assert.equal(id, bytes.toString("base64url"));
        assert.deepEqual(
            [state["dec"], state["b64Url"], state["b64Std"]],
            [`p-${bytes.readUInt32BE()}`, `p-${id}`, `p-${bytes.toString("base64")}`],
        );
    });
});

function textOf(value: Value | undefined): string {
    const text = plain(value);
    assert.ok(typeof text === "string", 'typeof text === "string"');
    return text;
}
