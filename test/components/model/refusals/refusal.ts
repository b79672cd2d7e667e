/** Refusals as data, one a line: what is wrong, what is changed in good inputs, and what the problem says. */
import type { Inputs } from "../../../../components/model/inputs";
import { withValue } from "../../support";

/**
 * The values are put in in this order, and the last path is the one refused unless another is named. ` ... ` leaves out
 * words.
 */
export type Line = [what: string, change: Record<string, unknown>, says: string, path?: string];

export interface Refusal {
    what: string;
    inputs: Inputs;
    path: string;
    says: RegExp;
}

export interface Accepted {
    what: string;
    inputs: Inputs;
}

/** Refusals of one subject, and what is next to them and good. */
export interface Topic {
    refused: Refusal[];
    accepted: Accepted[];
}

export const refused = (base: () => Inputs, lines: Line[]): Refusal[] =>
    lines.map(([what, change, says, path = Object.keys(change).at(-1)!]) => ({
        what,
        inputs: changed(base(), change),
        path,
        says: new RegExp(says.split(" ... ").map(literally).join("[^]*")),
    }));

export const accepted = (base: () => Inputs, lines: [what: string, change: Record<string, unknown>][]): Accepted[] =>
    lines.map(([what, change]) => ({ what, inputs: changed(base(), change) }));

const changed = (inputs: Inputs, change: Record<string, unknown>): Inputs =>
    Object.entries(change).reduce((copy, [path, value]) => withValue(copy, path, value), inputs);

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
