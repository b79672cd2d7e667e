import { deepEquals, hasValue, isObject, type Properties, type Value } from "./properties";

/** One changed property; the path is written as the engine writes it: `environment.LANG`, `triggers[0]`. */
export interface Change {
    path: string;
    root: string;
    kind: "add" | "delete" | "update";
    replace: boolean;
}

function memberPath(path: string, name: string): string {
    if (/[."[\]]/.test(name) || name === "") return `${path}[${JSON.stringify(name)}]`;
    return path === "" ? name : `${path}.${name}`;
}

/**
 * What differs between two sets of inputs, property by property, so that a preview shows the changed text and not just
 * the name. A secret is compared and shown as one value: its parts must not become visible by way of their paths.
 */
export function diffProperties(olds: Properties, news: Properties, replaces: (root: string) => boolean): Change[] {
    const changes: Change[] = [];

    const compare = (path: string, root: string, before: Value | undefined, after: Value | undefined): void => {
        const report = (kind: Change["kind"]) => changes.push({ path, root, kind, replace: replaces(root) });

        if (!hasValue(before) && !hasValue(after)) return;
        if (!hasValue(before)) return void report("add");
        if (!hasValue(after)) return void report("delete");
        if (Array.isArray(before) && Array.isArray(after)) {
            for (let index = 0; index < Math.max(before.length, after.length); index++) {
                compare(`${path}[${index}]`, root, before[index], after[index]);
            }
        } else if (isObject(before) && isObject(after)) {
            for (const name of namesOf(before, after)) compare(memberPath(path, name), root, before[name], after[name]);
        } else if (!deepEquals(before, after)) {
            report("update");
        }
    };

    for (const name of namesOf(olds, news)) compare(memberPath("", name), name, olds[name], news[name]);
    return changes;
}

function namesOf(left: Properties, right: Properties): string[] {
    return [...new Set([...Object.keys(left), ...Object.keys(right)])];
}
