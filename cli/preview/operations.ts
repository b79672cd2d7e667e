/** What a preview would do, as a set: the operation of each resource that changes. */
import { changes, type Preview } from "./previewJson";

export interface Operation {
    op: string;
    urn: string;
    /** What the resource shall be; absent for one that goes. */
    inputs?: Record<string, unknown>;
}

/** A replacement may be told in three parts, of which one stands for all. */
const PARTS_OF_REPLACE = ["create-replacement", "delete-replaced"];

export function operationsOf(preview: Preview): Operation[] {
    const all = new Map<string, Operation>();
    for (const { op, urn, newState } of changes(preview)) {
        const operation = { op: PARTS_OF_REPLACE.includes(op) ? "replace" : op, urn };
        // The step that deletes has no new state.
        const inputs = newState?.inputs ?? all.get(keyOf(operation))?.inputs;
        all.set(keyOf(operation), inputs === undefined ? operation : { ...operation, inputs });
    }
    return [...all.values()];
}

export const keyOf = ({ op, urn }: Operation): string => `${op} ${urn}`;

/** For `artifacts: reports: terraform` of GitLab: a replacement is a deletion and a creation. */
export function terraformReport(preview: Preview): { create: number; update: number; delete: number } {
    const operations = operationsOf(preview);
    const count = (...ops: string[]): number => operations.filter(({ op }) => ops.includes(op)).length;
    return {
        create: count("create", "import", "replace"),
        update: count("update"),
        delete: count("delete", "discard", "replace"),
    };
}
