/** Files, or parts of them, that follow from the inputs and from the layers; `npm run generate` writes them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadBalancerSpec } from "../../components/inputs/loadBalancer";
import { membersOf } from "../../components/spec/leaves";
import { projectFolder } from "../cache";
import { layersTable } from "../layersTable";
import { UserError } from "../run";
import { type Comment, commentsOf } from "./comments";
import { entries } from "./guide";
import { configSection } from "./pulumiYaml";
import { packageSchemaText } from "./schema";
import { defaultOf } from "./words";

export interface Derived {
    path: string;
    /** As it is. */
    now: string;
    /** As it should be. */
    wanted: string;
}

/** Every such file. Throws where a doc comment says another default than the spec. */
export function derivedFiles(): Derived[] {
    const comments = commentsOf(loadBalancerSpec, "HaApiLoadBalancerArgs");
    refuseDisagreement(comments);
    const of = (takes: (path: string) => boolean, cut?: string): string =>
        entries(loadBalancerSpec, comments, takes, cut);
    return [
        derived("CONTRIBUTING.md", (text) => withPart(text, "layers", layersTable())),
        derived("Pulumi.yaml", (text) =>
            text.replace(/^config:\n[\s\S]*$/m, () => configSection(loadBalancerSpec, comments)),
        ),
        derived("docs/guide.md", (text) => {
            const inputs = withPart(text, "inputs", of(isHere));
            const machines = withPart(inputs, "virtualMachines", of(isOfMachine, "virtualMachines."));
            return withPart(machines, "tls", of(isOfTls));
        }),
        derived("schema.json", packageSchemaText),
    ];
}

/** What has a section of its own, and what stands in two places, is left out of the list of inputs. */
const isHere = (path: string): boolean =>
    !isOfMachine(path) && !isOfTls(path) && !/^hosts\[n\]\.virtualMachine\.|^listeners\[n\]\.balancing\./.test(path);
const isOfMachine = (path: string): boolean => path.startsWith("virtualMachines.");
const isOfTls = (path: string): boolean => path.startsWith("tls.");

function derived(path: string, change: (text: string) => string): Derived {
    const now = readFileSync(join(projectFolder, path), "utf8");
    return { path, now, wanted: change(now) };
}

/** Between the marks of its name. */
function withPart(text: string, name: string, part: string): string {
    const marked = new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
    if (!marked.test(text)) throw new UserError(`there is no <!-- generated: ${name} --> to write into`);
    return text.replace(marked, (_all, begin: string, end: string) => `${begin}\n${part}\n\n${end}`);
}

/** The schema of other languages has the default from the comment, everything else from the spec. */
function refuseDisagreement(comments: Map<string, Comment>): void {
    const wrong = membersOf(loadBalancerSpec).flatMap(({ path, member }) => {
        const written = comments.get(path)?.fallback;
        const meant = defaultOf(member);
        const unwritten = written === undefined && (member.presence === "absent" || meant === "none");
        return written === meant || unwritten || !comments.has(path)
            ? []
            : [`  - ${path}: the comment has ${written}, the spec ${meant}`];
    });
    if (wrong.length > 0) throw new UserError(`comments and specs have different defaults:\n${wrong.join("\n")}`);
}
