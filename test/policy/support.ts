/** Stacks as rules see them: of inputs of the component, and of recorded previews. */
import { hostManifest } from "../../components/render/host";
import type { Inputs } from "../../components/model/inputs";
import { COMPONENT, VIRTUAL_MACHINE } from "../../components/resources/names";
import { type Resource, SECRET, UNKNOWN } from "../../policy/resource";
import { defaultsOf, type Rule, type Violation } from "../../policy/rule";
import { modelOf, virtualMachines } from "../components/support";
import { recordedText } from "../cli/preview/support";

export function resource(over: Partial<Resource> = {}): Resource {
    const { type = "pkg:index:Thing", name = "thing" } = over;
    return { urn: `urn:pulumi:dev::p::${type}::${name}`, type, name, props: {}, protect: false, ...over };
}

/** The load balancer "kube-api" of ha-api/STACK: its VMs and configuration steps. */
export function stackOf(inputs: Inputs = virtualMachines(), stack = "dev"): Resource[] {
    const model = modelOf(inputs);
    const parent = `urn:pulumi:${stack}::ha-api::${COMPONENT}::kube-api`;
    const child = (type: string, name: string, props: Resource["props"]) =>
        resource({ urn: `urn:pulumi:${stack}::ha-api::${COMPONENT}$${type}::${name}`, type, name, props, parent });
    return [
        resource({ urn: parent, type: COMPONENT, name: "kube-api" }),
        ...model.hosts.flatMap((host) => [
            ...(host.virtualMachine === undefined
                ? []
                : [
                      child(VIRTUAL_MACHINE, `kube-api-${host.name}-vm`, {
                          name: host.name,
                          nodeName: host.virtualMachine.node,
                      }),
                  ]),
            child("command:remote:Command", `kube-api-${host.name}-configuration`, {
                connection: SECRET,
                stdin: hostManifest(model, host),
            }),
        ]),
    ];
}

/** The first load balancer of `resources` under another project. */
export function ofProject(project: string, resources: Resource[]): Resource[] {
    const renamed = (urn: string): string => urn.replace("::ha-api::", `::${project}::`);
    return resources.map(({ urn, parent, ...rest }) => ({
        ...rest,
        urn: renamed(urn),
        ...(parent === undefined ? {} : { parent: renamed(parent) }),
    }));
}

interface RecordedState {
    type: string;
    parent?: string;
    protect?: boolean;
    inputs?: Record<string, unknown>;
}

/** What a recorded preview would leave, with texts of it replaced. */
export function recordedStack(name: string, replacements: Record<string, string> = {}): Resource[] {
    const text = Object.entries(replacements).reduce((rest, [from, to]) => {
        if (!rest.includes(from)) throw new Error(`${name} has no ${from}`);
        return rest.replaceAll(from, to);
    }, recordedText(name));
    const { steps } = JSON.parse(text) as { steps?: { urn: string; newState?: RecordedState }[] };
    return (steps ?? []).flatMap(({ urn, newState }) =>
        newState === undefined
            ? []
            : [
                  resource({
                      urn,
                      type: newState.type,
                      name: urn.split("::").at(-1)!,
                      props: marked(newState.inputs ?? {}) as Resource["props"],
                      protect: newState.protect ?? false,
                      ...(newState.parent === undefined ? {} : { parent: newState.parent }),
                  }),
              ],
    );
}

function marked(value: unknown): unknown {
    if (value === "[secret]") return SECRET;
    if (value === "04da6b54-80e4-46f7-96ec-b56ff0331ba9") return UNKNOWN;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(marked);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item)]));
}

/** What a rule finds, with the settings given in place of the defaults, and no environment. */
export async function judged<S extends object>(
    rule: Rule<S>,
    resources: Resource[],
    settings: Partial<S> = {},
    env: Record<string, string> = {},
): Promise<Violation[]> {
    return rule.judge(resources, { ...defaultsOf(rule), ...settings }, { env });
}

export async function messages<S extends object>(...args: Parameters<typeof judged<S>>): Promise<string[]> {
    return (await judged(...args)).map(({ message }) => message);
}
