/** What the doc comments of components/inputs say: the documents take the meaning of each input from them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Member, Spec } from "../../components/spec/kinds";
import { projectFolder } from "../cache";

export interface Comment {
    /** Without the sentence that says the default. */
    meaning: string;
    /** What that sentence says. */
    fallback?: string;
    /** Of a choice: each word, and what it means. */
    choices: Map<string, string>;
}

interface Declared {
    comment: string;
    /** Names in its type: of the interface or the choice that it is. */
    types: string[];
}

/** Interfaces by name, and constants that hold the words of a choice. */
interface Sources {
    interfaces: Map<string, Map<string, Declared>>;
    choices: Map<string, Map<string, string>>;
}

/** The comments by the paths of the inputs, as leaves.ts in components/spec writes them. */
export function commentsOf(spec: Spec, root: string): Map<string, Comment> {
    const sources = read();
    const all = new Map<string, Comment>();
    const walk = (members: Spec, name: string, path: string): void => {
        for (const [key, member] of Object.entries(members)) {
            const declared = sources.interfaces.get(name)?.get(key);
            if (declared === undefined) throw new Error(`${name}.${key} has no declaration`);
            const at = path === "" ? key : `${path}.${key}`;
            all.set(at, commentOf(declared, sources));
            const inside = groupOf(member);
            const type = declared.types.find((each) => sources.interfaces.has(each));
            if (inside !== undefined && type !== undefined)
                walk(inside, type, member.kind === "list" ? `${at}[n]` : at);
        }
    };
    walk(spec, root, "");
    return all;
}

function groupOf(member: Member): Spec | undefined {
    if (member.kind === "group") return member.members;
    return member.kind === "list" ? groupOf(member.entry) : undefined;
}

/** A full stop that ends a sentence: not the last of three. */
const DEFAULT = / ?Default: (.+?)(?<!\.)\.(?=\s|$)/;

function commentOf({ comment, types }: Declared, { choices }: Sources): Comment {
    const fallback = DEFAULT.exec(comment)?.[1];
    const words = types.map((type) => choices.get(type)).find((found) => found !== undefined);
    return {
        meaning: comment.replace(DEFAULT, "").trim(),
        ...(fallback === undefined ? {} : { fallback }),
        choices: words ?? new Map<string, string>(),
    };
}

function read(): Sources {
    const folder = join(projectFolder, "components", "inputs");
    const sources: Sources = { interfaces: new Map(), choices: new Map() };
    for (const name of readdirSync(folder)) {
        const text = readFileSync(join(folder, name), "utf8");
        const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
        for (const statement of file.statements) {
            if (ts.isInterfaceDeclaration(statement))
                sources.interfaces.set(statement.name.text, propertiesOf(statement, file));
            if (ts.isVariableStatement(statement))
                for (const { name: constant, initializer } of statement.declarationList.declarations)
                    if (initializer !== undefined) addChoices(sources, constant.getText(file), initializer);
        }
    }
    return sources;
}

function propertiesOf(declaration: ts.InterfaceDeclaration, file: ts.SourceFile): Map<string, Declared> {
    return new Map(
        declaration.members
            .filter(ts.isPropertySignature)
            .map((property) => [
                property.name.getText(file),
                { comment: textOf(property), types: property.type?.getText(file).match(/\w+/g) ?? [] },
            ]),
    );
}

function addChoices(sources: Sources, name: string, initializer: ts.Expression): void {
    if (!ts.isAsExpression(initializer) || !ts.isObjectLiteralExpression(initializer.expression)) return;
    const words = initializer.expression.properties
        .filter(ts.isPropertyAssignment)
        .flatMap((property): [string, string][] =>
            ts.isStringLiteral(property.initializer) ? [[property.initializer.text, textOf(property)]] : [],
        );
    sources.choices.set(name, new Map(words));
}

/** The text of the comment before a node, in one line. */
function textOf(node: ts.Node): string {
    const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
    return (ts.getTextOfJSDocComment(comment?.comment) ?? "").replace(/\s+/g, " ").trim();
}
