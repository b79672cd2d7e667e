/** The name that Pulumi gives a resource: `urn:pulumi:STACK::PROJECT::TYPES::NAME`. */

export interface Urn {
    stack: string;
    project: string;
    /** Without those of its parents. */
    type: string;
    name: string;
}

/** Empty texts for what is not there. */
export function partsOfUrn(urn: string): Urn {
    const [, stack = "", project = "", types = "", name = ""] =
        /^urn:pulumi:(.*?)::(.*?)::(.*?)::(.*)$/s.exec(urn) ?? [];
    return { stack, project, type: types.split("$").at(-1)!, name };
}
