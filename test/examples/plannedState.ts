/** A state as a deployment would leave it, made from its preview: for what the engine is asked without any host. */

/** Of `pulumi preview --json`. */
export interface Step {
    op: string;
    urn: string;
    newState?: Resource;
}

interface Resource {
    urn: string;
    custom: boolean;
    type: string;
    id?: string;
    inputs?: object;
    outputs?: object;
    parent?: string;
    provider?: string;
    protect?: boolean;
}

const PROVIDER_ID = "11111111-1111-1111-1111-111111111111";

/** The stack, the provider, the component and its VMs, for `pulumi stack import`; steps on hosts are left out. */
export function stateWithVirtualMachines(steps: Step[]): string {
    const resources = steps
        .flatMap(({ newState }) => (newState === undefined ? [] : [newState]))
        .filter(({ type }) => !type.startsWith("command:"))
        // A resource is in several steps where its end is a step too.
        .filter(({ urn }, index, all) => all.findIndex((other) => other.urn === urn) === index)
        .map(({ urn, custom, type, inputs, parent, provider, protect }, index) => ({
            urn,
            custom,
            type,
            protect: protect === true,
            inputs: custom ? inputs : {},
            outputs: custom ? inputs : {},
            ...(custom ? { id: type.startsWith("pulumi:providers:") ? PROVIDER_ID : String(100 + index) } : {}),
            // The provider's id is not known in a preview.
            ...(provider === undefined ? {} : { provider: provider.replace(/::[^:]*$/, `::${PROVIDER_ID}`) }),
            ...(parent === undefined ? {} : { parent }),
        }));
    const manifest = { time: new Date(0).toISOString(), magic: "", version: "" };
    return JSON.stringify({ version: 3, deployment: { manifest, resources } });
}
