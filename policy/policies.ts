/** From rules to policies of the SDK. */
import type { Policies, PolicyConfigSchema, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { markedResourceOf, resourceOf } from "./fromEngine";
import type { Resource } from "./resource";
import { defaultsOf, NotApplicable, type Rule, type Violation } from "./rule";

type Policy = Policies[number];

export const policiesOf = (rules: readonly Rule[]): Policies => rules.map(policyOf);

function policyOf(rule: Rule): Policy {
    switch (rule.sees) {
        case "stack":
            return stackPolicy(rule);
        case "resource":
            return {
                ...common(rule),
                validateResource: async (args, report) => {
                    const found = await judged(rule, [resourceOf(args)], args);
                    found.forEach(({ message }) => report(message));
                },
            };
        case "marked":
            return markedPolicy(rule);
    }
}

/**
 * A finished stack shows outputs, and in a preview a provider may leave those open that will change. What they will
 * be was seen as inputs, when each resource was registered.
 */
function stackPolicy(rule: Rule): StackValidationPolicy & ResourceValidationPolicy {
    const inputs = new Map<string, Resource["props"]>();
    return {
        ...common(rule),
        validateResource: (args) => {
            inputs.set(args.urn, resourceOf(args).props);
        },
        validateStack: async (args, report) => {
            const resources = args.resources
                .map(resourceOf)
                .map((resource) => ({ ...resource, props: { ...resource.props, ...inputs.get(resource.urn) } }));
            const found = await judged(rule, resources, args);
            found.forEach(({ message, urn }) => report(message, urn));
        },
    };
}

/**
 * The SDK says what is secret only before it asks for a remediation, and it asks at the level "remediate" alone. The
 * engine always asks for it before it validates the same resource; what is left to report refuses the run.
 */
function markedPolicy(rule: Rule): ResourceValidationPolicy {
    const marked = new Map<string, Resource>();
    return {
        ...common(rule),
        enforcementLevel: "remediate",
        remediateResource: (args) => {
            marked.set(args.urn, markedResourceOf(args));
        },
        validateResource: async (args, report) => {
            const resource = marked.get(args.urn);
            marked.delete(args.urn);
            if (resource === undefined) {
                report(
                    'This policy cannot tell secrets at this level: set enforcementLevel to "remediate" or "disabled".',
                );
                return;
            }
            const found = await judged(rule, [resource], args);
            found.forEach(({ message }) => report(message));
        },
    };
}

interface Common {
    name: string;
    description: string;
    enforcementLevel: Rule["level"];
    configSchema: PolicyConfigSchema;
}

function common({ name, description, level, settings }: Rule): Common {
    return {
        name,
        description,
        enforcementLevel: level,
        configSchema: { properties: settings as PolicyConfigSchema["properties"] },
    };
}

interface Args {
    getConfig<T extends object>(): T;
    notApplicable(reason?: string): never;
}

async function judged(rule: Rule, resources: Resource[], args: Args): Promise<Violation[]> {
    const settings = { ...defaultsOf(rule), ...args.getConfig() };
    try {
        return await rule.judge(resources, settings, { env: process.env });
    } catch (error) {
        if (error instanceof NotApplicable) return args.notApplicable(error.message);
        throw error;
    }
}
