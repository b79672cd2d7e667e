/** Which version number a change of the schema asks for. */
import type { Change } from "./compare";

/**
 * Whether `next` is as far from `before` as the changes ask for. Below 1.0.0 the second number stands for the first, as
 * Semantic Versioning's users read it: a major change raises the second, a minor one the third.
 */
export function isFarEnough(before: string, next: string, changes: Change[]): boolean {
    const [old, now] = [before, next].map((text) => text.split(/[.-]/).slice(0, 3).map(Number)) as [number[], number[]];
    const raised = old.findIndex((number, index) => number !== now[index]);
    if (changes.length === 0) return true;
    if (raised < 0 || now[raised]! < old[raised]!) return false;
    const majorNumber = old[0] === 0 ? 1 : 0;
    return raised <= (changes.some(({ kind }) => kind === "major") ? majorNumber : majorNumber + 1);
}
