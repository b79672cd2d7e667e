/** What a preview would do, as a set: the operation of each resource that changes. */
import { partsOfUrn } from "../../components/text/urn";
import { changes, type Preview } from "./previewJson";

export interface Operation {
    op: string;
    urn: string;
}

/** A replacement may be told in three parts, of which one stands for all. */
const PARTS_OF_REPLACE = ["create-replacement", "delete-replaced"];

export function operationsOf(preview: Preview): Operation[] {
    const all = changes(preview).map(({ op, urn }) => ({ op: PARTS_OF_REPLACE.includes(op) ? "replace" : op, urn }));
    return [...new Map(all.map((operation) => [keyOf(operation), operation])).values()];
}

/** Operations of now that were not in the preview that was reviewed. */
export function newOperations(reviewed: Preview, now: Preview): Operation[] {
    const known = new Set(operationsOf(reviewed).map(keyOf));
    return operationsOf(now).filter((operation) => !known.has(keyOf(operation)));
}

export const operationText = ({ op, urn }: Operation): string => `${op} ${partsOfUrn(urn).name} (${urn})`;

const keyOf = ({ op, urn }: Operation): string => `${op} ${urn}`;

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
