/** The inputs as entries of docs/guide.md: meaning from the doc comments, limits and default from the specs. */
import type { Member, Spec } from "../../components/spec/kinds";
import { membersOf, type Placed } from "../../components/spec/leaves";
import type { Comment } from "./comments";
import { defaultOf, rangeOf } from "./words";

/** The entries of those inputs whose paths a test takes; `cut` is left out at the front of their names. */
export function entries(
    spec: Spec,
    comments: Map<string, Comment>,
    takes: (path: string) => boolean,
    cut = "",
): string {
    return membersOf(spec)
        .filter(({ path, member }) => takes(path) && comments.has(path) && worthAnEntry(path, member))
        .map((placed) => entry(placed, comments.get(placed.path)!, cut))
        .join("\n");
}

/** Groups of settings that are entries themselves need none, unless giving them means something. */
const worthAnEntry = (path: string, { kind, presence }: Member): boolean =>
    kind !== "group" || presence === "absent" || path.endsWith("].balancing");

function entry({ path, member }: Placed, { meaning, choices }: Comment, cut: string): string {
    const words = [...choices].map(([word, means]) => `\n  - \`${word}\`: ${lowerFirst(means)}`);
    const more = member.see === undefined ? "" : ` [More](${member.see}).`;
    const name = path.slice(cut.length);
    return `- **\`${name}\`**: ${meaning}${more} *${facts(member, choices.size > 0)}*${words.join("")}`;
}

function facts(member: Member, hasChoices: boolean): string {
    const range = hasChoices ? (member.also ?? "") : rangeOf(member);
    const fallback = defaultOf(member);
    const sentences = [range, fallback === undefined ? "Required" : `Default: ${fallback}`];
    return sentences
        .filter((sentence) => sentence !== "")
        .map((sentence) => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`.replace(/\.\.$/, "."))
        .join(" ");
}

/** Unless it begins with an abbreviation. */
const lowerFirst = (text: string): string =>
    /^[A-Z][a-z ]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
