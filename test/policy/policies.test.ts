/** Rules as policies of the SDK, asked as the engine asks. */
import assert from "node:assert/strict";
import { type Policies, type ResourceValidationArgs, Secret, unknownCheckingProxy } from "@pulumi/policy";
import { markedResourceOf, resourceOf } from "../../policy/fromEngine";
import { policiesOf } from "../../policy/policies";
import { type Resource, SECRET, UNKNOWN } from "../../policy/resource";
import { NotApplicable, type Rule } from "../../policy/rule";
import { RULES } from "../../policy/rules";
import { resource, stackOf } from "./support";

/** What stands for a text that is not known yet. */
const LATER = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Policy = Policies[number];

/** The SDK exports it without its type. */
const proxied = unknownCheckingProxy as unknown as (props: object) => Record<string, unknown>;

const named = (name: string): Policy => policiesOf(RULES).find((policy) => policy.name === name)!;

function argsOf(one: Resource, config: object = {}): ResourceValidationArgs {
    const { urn, type, name, parent, protect } = one;
    return {
        urn,
        type,
        name,
        props: proxied(one.props),
        opts: { protect, ...(parent === undefined ? {} : { parent }) },
        getConfig: () => config,
        notApplicable: (reason?: string) => {
            throw new NotApplicable(reason);
        },
    } as unknown as ResourceValidationArgs;
}

/** What is reported of one resource. */
async function reported(policy: Policy, args: ResourceValidationArgs): Promise<string[]> {
    const messages: string[] = [];
    assert.ok("validateResource" in policy && typeof policy.validateResource === "function", "it sees resources");
    await policy.validateResource(args, (message) => messages.push(message));
    return messages;
}

describe("what the engine shows a policy", () => {
    it("becomes plain, and what is not known yet is marked instead of thrown", () => {
        const props = { fine: "text", later: LATER, list: [{ later: LATER, number: 1 }], none: null };
        const { props: plain } = resourceOf(argsOf(resource({ props })));
        assert.deepEqual(plain, { fine: "text", later: UNKNOWN, list: [{ later: UNKNOWN, number: 1 }], none: null });
    });

    it("has secrets marked, wherever they are, when a remediation is asked for", () => {
        const props = { open: "text", closed: new Secret("s3cret"), list: [{ closed: new Secret({ a: "s3cret" }) }] };
        const { props: marked } = markedResourceOf(argsOf(resource({ props })));
        assert.deepEqual(marked, { open: "text", closed: SECRET, list: [{ closed: SECRET }] });
    });
});

describe("a rule as a policy", () => {
    it("takes settings from the pack's configuration, and defaults for the rest", async () => {
        const [machine] = stackOf(undefined, "live").filter(({ type }) => type.includes("VmLegacy"));
        const policy = named("protected-production-vms");
        assert.deepEqual(await reported(policy, argsOf(machine!)), []);
        assert.equal((await reported(policy, argsOf(machine!, { stacks: "^live$" }))).length, 1);
    });

    it("judges a stack by the inputs that were registered, where a preview leaves outputs open", async () => {
        const policy = named("enough-api-servers");
        const resources = stackOf();
        for (const one of resources) assert.deepEqual(await reported(policy, argsOf(one)), []);
        const messages: string[] = [];
        assert.ok("validateStack" in policy, "it sees stacks");
        const open = resources.map((one) => argsOf({ ...one, props: { stdin: LATER } }));
        const args = { ...argsOf(resources[0]!, { minimum: 4 }), resources: open };
        await policy.validateStack(args as unknown as Parameters<typeof policy.validateStack>[0], (message) =>
            messages.push(message),
        );
        assert.match(messages.join("\n"), /^kube-api: 3 API servers/);
    });

    it("that tells secrets refuses to be asked at a level at which it cannot", async () => {
        const policy = named("no-plain-text-secrets");
        assert.equal(policy.enforcementLevel, "remediate");
        const args = argsOf(resource({ props: { fine: "text" } }));
        assert.match((await reported(policy, args))[0]!, /set enforcementLevel to "remediate" or "disabled"/);
        assert.ok("remediateResource" in policy, "it is asked for a remediation");
        assert.equal(await policy.remediateResource!(args), undefined);
        assert.deepEqual(await reported(policy, args), []);
    });

    it("that has nothing to judge by is not applicable; another error is one", async () => {
        const thrower = (error: Error): Rule => ({
            name: "thrower",
            description: "Throws.",
            level: "advisory",
            settings: {},
            sees: "resource",
            judge: () => {
                throw error;
            },
        });
        for (const error of [new NotApplicable("nothing"), new Error("no such file")]) {
            const [policy] = policiesOf([thrower(error)]);
            await assert.rejects(reported(policy!, argsOf(resource())), { name: error.name, message: error.message });
        }
    });
});
