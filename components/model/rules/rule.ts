/** A rule about several inputs at once. */
import { settings } from "../../spec/checks";
import { type Path, Problems } from "../../spec/problems";
import type { Inputs } from "../inputs";
import type { Model } from "../model";

/** Inputs as they were given, and what became of them; parts that were wrong in themselves are NaN, empty or absent. */
export interface Candidate {
    given: Inputs;
    model: Omit<Model, "warnings">;
}

/** Where something is wrong, what is allowed there, and what was received, as Problems takes them. */
export type Found = [path: Path, allowed: string, received?: unknown];

export interface Rule {
    name: string;
    problems: (candidate: Candidate) => Found[];
}

/** A problem where a condition holds. */
export const when = (wrong: boolean, ...found: Found): Found[] => (wrong ? [found] : []);

/** A group as it was given, empty when it is none: that was noted before. */
export const group = <T extends object>(value: T | undefined): Partial<T> => settings(new Problems(), "", value);
