/** What an upgrade does, compared with what it is listed to do. */
import type { Step } from "../../cli/preview/previewJson";

/** One line of expected.json. */
export interface Expectation {
    /** As the engine names it: update, create, delete, replace. */
    op: string;
    /** Names of resources; an asterisk stands for any part of a name. */
    resources: string;
    /** Properties that differ; of an update only. */
    properties?: string[];
    /** Default: all stacks. */
    stacks?: string[];
    /** For users: what it does to hosts, and why. */
    why: string;
}

/** Nothing is made, changed or removed by them. */
const IDLE = ["same", "read", "refresh"];

export interface Verdict {
    unlisted: { op: string; resource: string; properties: string[] }[];
    used: Set<Expectation>;
}

export function judge(steps: readonly Step[], stack: string, expected: readonly Expectation[]): Verdict {
    const unlisted: Verdict["unlisted"] = [];
    const used = new Set<Expectation>();
    for (const step of steps.filter(({ op }) => !IDLE.includes(op))) {
        const resource = step.urn.split("::").at(-1)!;
        const properties = differences(step);
        const listed = expected.find(
            (each) =>
                each.op === step.op &&
                (each.stacks ?? [stack]).includes(stack) &&
                matches(resource, each.resources) &&
                (step.op !== "update" || properties.every((name) => each.properties?.includes(name))),
        );
        if (listed === undefined) unlisted.push({ op: step.op, resource, properties });
        else used.add(listed);
    }
    return { unlisted, used };
}

/** Of the inputs' first level: where a list or an object differs somewhere, it differs. */
function differences({ detailedDiff, diffReasons }: Step): string[] {
    const paths = [...Object.keys(detailedDiff ?? {}), ...(diffReasons ?? [])];
    return [...new Set(paths.map((path) => path.split(/[.[]/)[0]!))].sort();
}

function matches(name: string, pattern: string): boolean {
    const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${escaped.join(".*")}$`).test(name);
}
