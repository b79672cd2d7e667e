/**
 * Generated bad inputs of the component and bad stack files, from a good one with one thing wrong in it: whatever it
 * is, plain or the output of another resource, it is refused by name and with what is allowed, before anything is
 * touched.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../../components";
import type { Inputs } from "../../components/model/inputs";
import { resolveModel } from "../../components/model/resolve";
import { vipName } from "../../components/model/vip";
import { problemsIn } from "../../components/spec/problems";
import { readConfig } from "../../stack/readConfig";
import { stackSchema } from "../../stack/schema";
import { FULL } from "../components/generated/bases";
import { JUNK, related, SECRET } from "../components/generated/junk";
import { CONTAINERS, LEAVES } from "../components/generated/leaves";
import { constructUnderMocks, PRIVATE_KEY, type Result, unknownOutput, valueOf } from "../components/resources/mocks";
import { place, PUBLIC_KEY } from "../components/support";
import { asProgram, configure } from "../stack/support";
import { cases } from "../breadth";
import { record } from "./table";
import { Untouched } from "./untouched";

const COMPONENT = "ha-api-load-balancer:index:HaApiLoadBalancer";
/** Different cases every day would be found by nobody again. */
const SEED = 20261128;

/** How the wrong thing comes. */
const FORMS: Record<string, (value: unknown) => unknown> = {
    plain: (value) => value,
    "a promise": (value) => Promise.resolve(value),
    "an output": (value) => pulumi.output(Promise.resolve(value)),
    "a secret": (value) => pulumi.secret(value),
};

/** Whether something was given of a secret is the model's business, not a user's. */
const isGiven = (path: string): boolean => !/\.has[A-Z]/.test(path);
const PATHS = [...LEAVES, ...CONTAINERS].filter(isGiven).map((path) => path.replaceAll("[n]", "[0]"));

interface Case {
    set: string;
    path: string;
    what: string;
    form: string;
}

const CASES: fc.Arbitrary<Case> = fc.record({
    set: fc.constantFrom(...Object.keys(FULL)),
    path: fc.constantFrom(...PATHS),
    what: fc.constantFrom(...JUNK.map(([what]) => what)),
    form: fc.constantFrom(...Object.keys(FORMS)),
});

const junk = (what: string): unknown => JUNK.find(([name]) => name === what)![1]();

/** Of a set that the model takes, what a program gives: secrets themselves, and not whether there are any. */
function given(set: string): Inputs {
    const inputs = structuredClone(FULL[set]!());
    revealed(inputs);
    const { tls } = inputs;
    if (tls?.issuer !== undefined) place(inputs, "tls.issuer.privateKey", PRIVATE_KEY);
    return inputs;
}

function revealed(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    const group = value as Record<string, unknown>;
    for (const key of Object.keys(group)) {
        const [, first, rest] = /^has([A-Z])(.*)/.exec(key) ?? [];
        if (first === undefined) revealed(group[key]);
        else {
            delete group[key];
            group[first.toLowerCase() + rest!] = rest === "assword" ? "hunter2" : PRIVATE_KEY;
        }
    }
}

const isKey = (type: string): boolean => type.startsWith("tls:");

/** What a stack file says as the component's inputs do: keys and certificates are files and secrets there. */
const FILE_PATHS = /^(?!tls\b|clusterCertificateAuthority|kubeconfig|ssh\.authorizedKeys)/;

function inFile(set: string): Record<string, unknown> {
    const { tls: _, ssh: __, vrrp, bgp, ...inputs } = FULL[set]!();
    const { hasPassword: ___, authentication: ____, ...election } = vrrp ?? {};
    const peers = bgp?.peers?.map(({ address, as }) => ({ address, as }));
    return structuredClone({
        ...inputs,
        ssh: {},
        ...(vrrp === undefined ? {} : { vrrp: election }),
        ...(bgp === undefined ? {} : { bgp: { ...bgp, peers } }),
        // Layer 7 needs certificates.
        ...(inputs.layer === undefined ? {} : { layer: 4 }),
    });
}

/** The same with a key to log in with, so that it is not the one thing that is missed. */
const asArgs = (inputs: Inputs): HaApiLoadBalancerArgs => {
    const ssh: unknown = inputs.ssh;
    const isGroup = typeof ssh === "object" && ssh !== null && Object.getPrototypeOf(ssh) === Object.prototype;
    return {
        ...inputs,
        ...(isGroup ? { ssh: { authorizedKeys: [PUBLIC_KEY], ...ssh, privateKey: PRIVATE_KEY } } : {}),
    } as HaApiLoadBalancerArgs;
};

/** How it ended; undefined where it was accepted. Anything but an error for people is a fault. */
async function refusal({ error, component }: Result): Promise<Error | undefined> {
    if (error !== undefined) return error as Error;
    return valueOf(component!.vip).then(
        () => undefined,
        (later: unknown) => later as Error,
    );
}

/** What a person is told, and what is never. */
function assertForPeople(error: Error, { path }: Case): void {
    const found = problemsIn(error);
    // What is missing in a group that is there for this alone is told first.
    const [group] = path.split(/[.[]/) as [string];
    assert.ok(found !== undefined || pulumi.RunError.isInstance(error), `no error for people: ${error.stack}`);
    assert.doesNotMatch(error.message, new RegExp(SECRET), "a secret is shown");
    for (const line of error.message.split("\n")) assert.match(line, /^[\x20-\x7e]*$/, "what cannot be seen is shown");
    assert.ok(
        found?.some((problem) => related(problem.path, path) || problem.path.startsWith(group)) ??
            error.message.includes(group),
        `${path} is not named: ${error.message}`,
    );
    assert.match(error.message, /Nothing was changed|No host was changed|Nothing of /, "what it means is not told");
}

/** What the model says of it, whichever way it comes. */
function isAccepted(inputs: Inputs): boolean {
    try {
        resolveModel(inputs);
        return true;
    } catch {
        return false;
    }
}

/** A name would be looked up, which is not what is tried here. */
const isName = ({ path }: Case, value: unknown): boolean => path === "vip" && vipName(value) !== undefined;

describe("generated bad input", function () {
    this.timeout(1_800_000);
    let untouched: Untouched;
    beforeEach(() => {
        untouched = new Untouched();
        untouched.begin();
    });
    afterEach(() => untouched.end());

    /** Each case of that many; returns how many were refused. */
    async function all(count: number, trouble: string, one: (each: Case) => Promise<boolean>): Promise<number> {
        let refused = 0;
        for (const each of fc.sample(CASES, { seed: SEED, numRuns: count })) {
            try {
                if (await within(10, one(each))) refused++;
            } catch (error) {
                const { set, path, what, form } = each;
                assert.fail(`${set}: ${path} with ${what} as ${form}: ${(error as Error).stack}`);
            }
        }
        await record({ trouble, cases: count, survived: count, as: `${refused} refused, the rest valid; 0 contacts` });
        return refused;
    }

    it("of the component is refused by name, in whatever way it comes, before anything but itself is registered", async () => {
        const count = cases(7000);
        const refused = await all(count, "bad input of the component", async (each) => {
            const inputs = given(each.set);
            place(inputs, each.path, junk(each.what));
            if (isName(each, inputs.vip)) return false;
            const accepted = isAccepted(inputs);
            const outside = given(each.set);
            place(outside, each.path, FORMS[each.form]!(junk(each.what)));
            const result = await constructUnderMocks(asArgs(outside));
            const error = await refusal(result);
            if (error === undefined) {
                // Of an object of a class the SDK makes one without, on its way from one resource to another.
                if (each.form === "plain") assert.ok(accepted, "it is accepted, and the model refuses it");
                return false;
            }
            assertForPeople(error, each);
            // Of inputs that become known while the program runs keys are made meanwhile, which contacts nobody.
            const types = result.resources.map(({ type }) => type);
            const allowed = each.form === "plain" ? [COMPONENT] : [COMPONENT, ...types.filter(isKey)];
            assert.deepEqual(new Set(types), new Set(allowed));
            return true;
        });
        assert.ok(refused > count / 2, `only ${refused} of ${count} were wrong`);
    });

    it("of the component beside something that is not known yet breaks no preview", async () => {
        await all(cases(1000), "bad input beside an unknown, in a preview", async (each) => {
            const inputs = given(each.set);
            place(inputs, each.path, FORMS[each.form]!(junk(each.what)));
            if (isName(each, inputs.vip)) return false;
            const args = asArgs(inputs) as unknown as { apiServers: unknown };
            const result = await constructUnderMocks(
                { ...args, ...(each.path.startsWith("apiServers") ? {} : { apiServers: [unknownOutput()] }) } as never,
                true,
            );
            if (result.error === undefined) return false;
            assertForPeople(result.error as Error, each);
            return true;
        });
    });

    describe("in a stack file", () => {
        before(asProgram);

        it("is refused by its key", async () => {
            const count = cases(2000);
            const keys = Object.keys(stackSchema.shape);
            const refused = await all(count, "bad stack files", async (each) => {
                const inputs = inFile(each.set);
                if (!FILE_PATHS.test(each.path)) return false;
                place(inputs, each.path, asWritten(junk(each.what)));
                if (isName(each, inputs["vip"])) return false;
                const over = Object.fromEntries(Object.entries(inputs).filter(([key]) => keys.includes(key)));
                let stack: Record<string, unknown>;
                try {
                    stack = { ...readConfig(configure(over)) };
                } catch (error) {
                    assertForPeople(error as Error, each);
                    return true;
                }
                for (const key of ["kubeconfigFile", "clusterCertificateAuthorityFile", "proxmox", "tls"])
                    delete stack[key];
                const result = await constructUnderMocks(asArgs(stack as unknown as Inputs));
                const error = await refusal(result);
                if (error === undefined) return false;
                assertForPeople(error, each);
                return true;
            });
            assert.ok(refused > count / 3, `only ${refused} of ${count} were wrong`);
        });
    });
});

/** It ends in so many seconds. */
async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const late = sleep(seconds * 1000, undefined, { signal: over.signal }).then(() => {
        throw new Error(`it has not ended within ${seconds} s`);
    });
    try {
        return await Promise.race([work, late]);
    } finally {
        over.abort();
        late.catch(() => undefined);
    }
}

/** What is left of a value in a YAML file: JSON, and nothing where there is none for it. */
function asWritten(value: unknown): unknown {
    try {
        const text = JSON.stringify(value, (_, inside: unknown) =>
            typeof inside === "bigint" ? String(inside) : inside,
        );
        return text === undefined ? null : (JSON.parse(text) as unknown);
    } catch {
        return null;
    }
}
