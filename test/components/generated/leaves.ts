/**
 * Every input there is by its path, with `[n]` for an entry of a list: from the form of the inputs, so that none can be
 * forgotten.
 */
import type { Form } from "../../../components/model/form";

export function leavesOf(form: Form, path = ""): string[] {
    if (typeof form === "string") return form === "ours" ? [] : [path];
    if (isList(form)) return leavesOf(form[0], `${path}[n]`);
    return Object.entries(form).flatMap(([key, inside]) => leavesOf(inside, path === "" ? key : `${path}.${key}`));
}

/** The groups and lists that hold them. */
export function groupsOf(form: Form, path = ""): string[] {
    if (typeof form === "string") return [];
    const inside = isList(form)
        ? groupsOf(form[0], `${path}[n]`)
        : Object.entries(form).flatMap(([key, value]) => groupsOf(value, path === "" ? key : `${path}.${key}`));
    return path === "" ? inside : [path, ...inside];
}

const isList = (form: object): form is readonly [Form] => Array.isArray(form);

/** The same paths of what is given; a group or list that is empty has none. */
export function pathsIn(value: unknown, path = ""): string[] {
    if (Array.isArray(value)) return value.flatMap((entry) => pathsIn(entry, `${path}[n]`));
    if (typeof value === "object" && value !== null)
        return Object.entries(value).flatMap(([key, inside]) => pathsIn(inside, path === "" ? key : `${path}.${key}`));
    return value === undefined ? [] : [path];
}
