/** Paths of inputs, with `[n]` for an entry of a list: from the specs, so that none can be forgotten. */
import { loadBalancerSpec } from "../../../components/inputs/loadBalancer";
import { containersOf, leavesOf } from "../../../components/spec/leaves";

/** Every input that the model sees. */
export const LEAVES = leavesOf(loadBalancerSpec)
    .filter(({ member }) => member.kind !== "secret")
    .map(({ path }) => path);

/** The groups and lists that hold them. */
export const CONTAINERS = containersOf(loadBalancerSpec).map(({ path }) => path);

/** The same paths of what is given; a group or list that is empty has none. */
export function pathsIn(value: unknown, path = ""): string[] {
    if (Array.isArray(value)) return value.flatMap((entry) => pathsIn(entry, `${path}[n]`));
    if (typeof value === "object" && value !== null)
        return Object.entries(value).flatMap(([key, inside]) => pathsIn(inside, path === "" ? key : `${path}.${key}`));
    return value === undefined ? [] : [path];
}
