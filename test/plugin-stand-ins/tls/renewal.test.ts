import assert from "node:assert/strict";
import { type Properties, unknown } from "../../../plugin-stand-ins/shared/properties";
import { type Engine } from "../harness";
import { engineOf, newKey, stopAll } from "./fixture";

const past = { validityEndTime: "2020-01-01T00:00:00Z" };

describe("tls certificates, their renewal", () => {
    let engine: Engine;
    let inputs: Properties;
    let id: string;
    let state: Properties;

    before(async () => {
        engine = await engineOf("SelfSignedCert");
        inputs = {
            privateKeyPem: await newKey(),
            validityPeriodHours: 24,
            allowedUses: ["server_auth"],
            subject: { commonName: "x" },
        };
        ({ id, state } = await engine.create(inputs));
    });
    after(stopAll);

    /** The difference that an update with `more` inputs finds, where the state is as it was made but for `aged`. */
    const difference = (more: Properties, aged: Properties = {}) =>
        engine.diff(inputs, { ...inputs, ...more }, { ...state, ...aged });

    it("is not due at first", async () => {
        assert.equal(state["readyForRenewal"], false);
        assert.equal((await difference({})).changed, false);
    });

    it("is replaced by the first update after its end, without a refresh", async () => {
        const { changed, replaces, details } = await difference({}, past);
        assert.deepEqual(
            [changed, replaces, details],
            [true, ["readyForRenewal"], { readyForRenewal: "UPDATE_REPLACE" }],
        );
    });

    it("is replaced within the hours of earlyRenewalHours before its end", async () => {
        const inHours = (hours: number) => ({
            earlyRenewalHours: 5,
            validityEndTime: new Date(Date.now() + hours * 3_600_000).toISOString(),
        });
        assert.equal((await difference({ earlyRenewalHours: 5 }, inHours(5.1))).changed, false);
        assert.deepEqual((await difference({ earlyRenewalHours: 5 }, inHours(4.9))).replaces, ["readyForRenewal"]);
    });

    it("is updated in place by a new earlyRenewalHours, as long as that does not make it due", async () => {
        const { replaces, details } = await difference({ earlyRenewalHours: 23 });
        assert.deepEqual([replaces, details], [[], { earlyRenewalHours: "UPDATE" }]);
        const updated = await engine.update(state, { ...inputs, earlyRenewalHours: 23 });
        assert.deepEqual(updated, { ...state, earlyRenewalHours: 23 });
        assert.deepEqual((await difference({ earlyRenewalHours: 24 })).details, {
            earlyRenewalHours: "UPDATE",
            readyForRenewal: "UPDATE_REPLACE",
        });
    });

    it(
        "cannot be previewed with an earlyRenewalHours that is not known, once it exists, as in the official " +
            "provider",
        async () => {
            await assert.rejects(difference({ earlyRenewalHours: unknown }), {
                message: /^earlyRenewalHours of a certificate that exists must be known/,
            });
            const { state: previewed } = await engine.create(
                { ...inputs, earlyRenewalHours: unknown },
                { preview: true },
            );
            assert.equal(previewed["earlyRenewalHours"], unknown);
            assert.deepEqual((await difference({ validityPeriodHours: unknown })).replaces, ["validityPeriodHours"]);
        },
    );

    it("is reported as due by a refresh, which changes nothing else", async () => {
        assert.deepEqual(await engine.refresh(id, state), state);
        assert.deepEqual(await engine.refresh(id, { ...state, ...past }), { ...state, ...past, readyForRenewal: true });
    });

    it("is no longer reported as due where earlyRenewalHours was lowered after a refresh", async () => {
        const refreshed = { earlyRenewalHours: 24, readyForRenewal: true };
        assert.deepEqual((await difference({ earlyRenewalHours: 1 }, refreshed)).details, {
            earlyRenewalHours: "UPDATE",
            readyForRenewal: "UPDATE",
        });
        assert.equal(
            (await engine.update({ ...state, ...refreshed }, { ...inputs, earlyRenewalHours: 1 }))["readyForRenewal"],
            false,
        );
    });

    it("is due from its first moment where its inputs say so", async () => {
        const immediate: Properties[] = [
            { validityPeriodHours: 0 },
            { earlyRenewalHours: 24 },
            { earlyRenewalHours: 25 },
        ];
        for (const more of immediate) {
            const made = await engine.create({ ...inputs, ...more });
            assert.equal(made.state["readyForRenewal"], true);
            assert.deepEqual((await engine.diff(inputs, { ...inputs, ...more }, made.state)).replaces, [
                "readyForRenewal",
            ]);
        }
    });

    it("is replaced by any other change", async () => {
        const changes: Properties[] = [
            { validityPeriodHours: 25 },
            { allowedUses: [] },
            { isCaCertificate: true },
            { setSubjectKeyId: true },
            { maxPathLength: 3 },
        ];
        for (const more of changes) {
            assert.deepEqual((await difference(more)).replaces, Object.keys(more));
        }
        assert.equal(
            (
                await difference({
                    isCaCertificate: false,
                    setSubjectKeyId: false,
                    setAuthorityKeyId: false,
                    earlyRenewalHours: 0,
                })
            ).changed,
            false,
        );
    });

    it("keeps a maxPathLength that is no longer given", async () => {
        const given = { ...inputs, isCaCertificate: true, maxPathLength: 3 };
        const made = await engine.create(given);
        const without = { ...inputs, isCaCertificate: true };
        assert.equal((await engine.diff(given, without, made.state)).changed, false);
        assert.equal((await engine.update(made.state, { ...without, earlyRenewalHours: 1 }))["maxPathLength"], 3);
    });
});
