/** The type and the name inside a URN: `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export function parseUrn(urn: string): { type: string; name: string } {
    const [, , types = "", ...name] = urn.split("::");
    return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
