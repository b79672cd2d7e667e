/** A preview as a comment on a pull request: what a reviewer needs to know, the most important first. */
import { printableLine } from "../../components/text/display";
import { partsOfUrn } from "../../components/text/urn";
import { markdownTable } from "../../shared/report/table";
import { cut, type Section } from "./cut";
import { type FileDiff, fileDiffs } from "./fileDiffs";
import { changesOf, type HostChange } from "./hostChanges";
import { block, code, escaped, folded, listed, plural } from "./markdown";
import type { Mask } from "./mask";
import { type Preview, type Step } from "./previewJson";
import { headlineOf } from "./risk";

export interface CommentSettings {
    /** PROJECT/STACK. */
    title: string;
    mask: Mask;
    /** Whether pulumi itself reported that the preview failed. */
    failed: boolean;
    /** What was previewed, such as a commit. */
    of?: string;
}

/** Characters; GitHub takes 65,536, and the rest is for whoever adds something. */
export const LIMIT = 60_000;

/** Diffs of so many lines altogether are shown without a click. */
const OPEN_LINES = 60;
const OTHERS_SHOWN = 40;
const MESSAGES_SHOWN = 12_000;

/** First line of the comment, by which it is found again. Two hyphens would end it. */
export function markerOf(title: string): string {
    return `<!-- ha-api-load-balancer preview of ${encodeURIComponent(printableLine(title)).replaceAll("-", "%2D")} -->`;
}

/** PROJECT/STACK of a preview that got as far as the program. */
export function titleOf({ steps }: Preview): string | undefined {
    const [first] = steps;
    if (first === undefined) return undefined;
    const { project, stack } = partsOfUrn(first.urn);
    return `${project}/${stack}`;
}

export function isFailed({ problems }: Preview): boolean {
    return problems.length > 0;
}

export function commentOf(preview: Preview, settings: CommentSettings): string {
    const { hosts, others } = changesOf(preview);
    const failed = settings.failed || isFailed(preview);
    const { title, mask } = settings;
    const names = nameFor(hosts);
    const diffs = fileDiffs(hosts, mask, names);
    const head = [
        markerOf(title),
        `### Preview of ${code(mask(title))}: ${failed ? "**FAILED**" : verdict(hosts, others)}`,
        "",
        summaryLine(preview, settings, failed),
        ...(failed ? ["", problemsText(preview, mask)] : []),
        ...(hosts.length === 0 ? [] : ["", hostTable(hosts, mask, names)]),
        ...(others.length === 0 ? [] : ["", othersText(others, mask)]),
        ...messagesText("Warnings", preview.warnings, mask),
    ].join("\n");
    return cut(head, sectionsOf(diffs, hosts), LIMIT);
}

function verdict(hosts: HostChange[], others: Step[]): string {
    if (hosts.length === 0) return others.length === 0 ? "no change" : "no host changes";
    if (hosts.every(({ isNew }) => isNew)) return hosts.length === 1 ? "a new host" : "new hosts";
    return headlineOf(hosts.flatMap(({ effects }) => effects));
}

const VERBS = new Map([
    ["create", "created"],
    ["update", "updated"],
    ["replace", "**replaced**"],
    ["delete", "**deleted**"],
    ["same", "unchanged"],
]);

function summaryLine({ counts }: Preview, { of, mask }: CommentSettings, failed: boolean): string {
    const order = [...VERBS.keys()];
    const known = Object.entries(counts).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
    const words = known.map(([op, count]) => `${count} ${VERBS.get(op) ?? escaped(op)}`);
    const resources = words.length === 0 ? "Nothing was planned" : `Resources: ${words.join(", ")}`;
    return [
        failed ? "Nothing can be rolled out like this." : `${resources}.`,
        ...(of === undefined ? [] : [`Of ${code(mask(of))}.`]),
    ].join(" ");
}

/** Hosts of one name belong to load balancers of different names. */
function nameFor(hosts: HostChange[]): (host: HostChange) => string {
    const several = new Set(hosts.map(({ balancer }) => balancer)).size > 1;
    return ({ balancer, host }) => (several ? `${balancer}/${host}` : host);
}

/** One row for hosts in which the same happens. */
function hostTable(hosts: HostChange[], mask: Mask, nameOf: (host: HostChange) => string): string {
    const rows = new Map<string, string[]>();
    for (const host of hosts) {
        const effects = host.effects.map(({ risk, text }) => {
            const shown = escaped(mask(text));
            return ["powerCycled", "replaced", "removed"].includes(risk) ? `**${shown}**` : shown;
        });
        const text = effects.length === 0 ? "nothing" : effects.join("; ");
        rows.set(text, [...(rows.get(text) ?? []), nameOf(host)]);
    }
    return markdownTable(
        ["host, one after the other", "what happens"],
        [...rows].map(([text, names]) => [names.map((name) => code(mask(name))).join(", then "), text]),
    );
}

const WORDS = new Map([
    ["create", "created"],
    ["update", "updated"],
    ["delete", "**DELETED**"],
    ["replace", "**REPLACED**"],
]);

function othersText(others: Step[], mask: Mask): string {
    const lines = others.map((step) => {
        const type = (step.newState ?? step.oldState)?.type ?? "";
        return `- ${WORDS.get(step.op) ?? escaped(step.op)}: ${code(mask(partsOfUrn(step.urn).name))} (${escaped(type)})`;
    });
    // What is lost comes first.
    const ordered = [
        ...lines.filter((line) => line.startsWith("- **")),
        ...lines.filter((line) => !line.startsWith("- **")),
    ];
    const shown = ordered.slice(0, OTHERS_SHOWN);
    const more = ordered.length - shown.length;
    return ["Other resources:", "", ...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

function problemsText({ problems }: Preview, mask: Mask): string {
    const all = problems.length === 0 ? ["pulumi preview failed, and did not say why; see the job's log"] : problems;
    return all.length === 0 ? "" : messages(all, mask);
}

function messagesText(what: string, texts: string[], mask: Mask): string[] {
    return texts.length === 0 ? [] : ["", `${what}:`, "", messages(texts, mask)];
}

/** Whole messages, as many as there is room for. */
function messages(texts: string[], mask: Mask): string {
    const shown: string[] = [];
    let room = MESSAGES_SHOWN;
    for (const text of texts.map((each) => mask(each).trimEnd())) {
        const part = shown.length === 0 ? text.slice(0, room) : text;
        if (part.length > room) break;
        room -= part.length;
        shown.push(part);
    }
    const more = texts.length - shown.length;
    return [
        block(shown.join("\n\n"), "text"),
        ...(more > 0 ? ["", `And ${plural(more, "more message")}; see the job's log.`] : []),
    ].join("\n");
}

function sectionsOf(diffs: FileDiff[], hosts: HostChange[]): Section[] {
    const lines = diffs.reduce((sum, { patch }) => sum + patch.split("\n").length, 0);
    const paths = [...new Set(diffs.map(({ path }) => path))];
    const ordered = [...diffs].sort((a, b) => paths.indexOf(a.path) - paths.indexOf(b.path));
    return ordered.map((diff) => {
        const where = diff.hosts.length === hosts.length && hosts.length > 1 ? allOf(hosts) : listed(diff.hosts);
        const size = diff.patch === "" ? [] : [`+${diff.added} -${diff.removed}`];
        const what = [...diff.notes, ...size];
        const title = `${diff.path} on ${where}${what.length === 0 ? "" : `: ${what.join(", ")}`}`;
        const body = diff.patch === "" ? "Nothing that can be shown differs." : block(diff.patch, "diff");
        return { name: `${code(diff.path)} on ${where}`, text: folded(title, body, lines <= OPEN_LINES) };
    });
}

const allOf = (hosts: HostChange[]): string => (hosts.length === 2 ? "both hosts" : `all ${hosts.length} hosts`);
