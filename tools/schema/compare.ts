/** What a change of the package's schema means to programs that use it, in any language. */

/** The parts of a Pulumi schema that are a promise. Descriptions are none. */
export interface Schema {
    version: string;
    resources: Record<string, ResourceSchema>;
    types: Record<string, TypeSchema>;
}

interface ResourceSchema {
    inputProperties?: Properties;
    requiredInputs?: string[];
    properties?: Properties;
    required?: string[];
}

interface TypeSchema {
    type?: string;
    properties?: Properties;
    required?: string[];
    enum?: { name?: string; value?: unknown }[];
}

type Properties = Record<string, object>;

export interface Change {
    /** Major: a program that worked may work no more. */
    kind: "major" | "minor";
    /** One sentence. */
    reason: string;
}

/** Every difference between two schemas that a program can notice; none when there is none. */
export function compareSchemas(before: Schema, after: Schema): Change[] {
    return [
        ...members("resource", before.resources, after.resources).changes,
        ...members("type", before.types, after.types).changes,
        ...Object.entries(before.resources).flatMap(([token, old]) => {
            const now = after.resources[token];
            return now === undefined ? [] : compareResource(token, old, now);
        }),
        ...Object.entries(before.types).flatMap(([token, old]) => {
            const now = after.types[token];
            return now === undefined ? [] : compareType(token, old, now, usesOf(before, token), usesOf(after, token));
        }),
    ];
}

const major = (reason: string): Change => ({ kind: "major", reason });
const minor = (reason: string): Change => ({ kind: "minor", reason });

function compareResource(token: string, before: ResourceSchema, after: ResourceSchema): Change[] {
    return [
        ...compareInputs(token, inputsOf(before), inputsOf(after)),
        ...compareOutputs(token, outputsOf(before), outputsOf(after)),
    ];
}

/** A group that is an input and an output as well has to keep both promises. */
function compareType(token: string, before: TypeSchema, after: TypeSchema, old: Uses, now: Uses): Change[] {
    if (before.type !== after.type) return [major(`${token} is ${String(after.type)}, not ${String(before.type)}`)];
    if (before.enum !== undefined || after.enum !== undefined) return compareChoices(token, before, after);
    return [
        ...(old.input || now.input ? compareInputs(token, outputsOf(before), outputsOf(after)) : []),
        ...(old.output || now.output ? compareOutputs(token, outputsOf(before), outputsOf(after)) : []),
    ];
}

interface Members {
    properties: Properties;
    required: string[];
}

const inputsOf = ({ inputProperties, requiredInputs }: ResourceSchema): Members => ({
    properties: inputProperties ?? {},
    required: requiredInputs ?? [],
});

const outputsOf = ({ properties, required }: TypeSchema): Members => ({
    properties: properties ?? {},
    required: required ?? [],
});

function compareInputs(owner: string, before: Members, after: Members): Change[] {
    const { removed, added, kept } = partition(before.properties, after.properties);
    return [
        ...removed.map((name) => major(`input ${owner} ${name} was removed`)),
        ...added.map((name) =>
            after.required.includes(name)
                ? major(`input ${owner} ${name} is new and required`)
                : minor(`input ${owner} ${name} is new and optional`),
        ),
        ...kept.flatMap((name) => {
            const [was, is] = [before, after].map(({ required }) => required.includes(name));
            if (!was && is === true) return [major(`input ${owner} ${name} is required now`)];
            return was === true && !is ? [minor(`input ${owner} ${name} is optional now`)] : [];
        }),
        ...changedTypes(`input ${owner}`, kept, before, after),
    ];
}

function compareOutputs(owner: string, before: Members, after: Members): Change[] {
    const { removed, added, kept } = partition(before.properties, after.properties);
    return [
        ...removed.map((name) => major(`output ${owner} ${name} was removed`)),
        ...added.map((name) => minor(`output ${owner} ${name} is new`)),
        ...kept.flatMap((name) => {
            const [was, is] = [before, after].map(({ required }) => required.includes(name));
            if (was === true && !is) return [major(`output ${owner} ${name} may be absent now`)];
            return !was && is === true ? [minor(`output ${owner} ${name} is always there now`)] : [];
        }),
        ...changedTypes(`output ${owner}`, kept, before, after),
    ];
}

function changedTypes(what: string, names: string[], before: Members, after: Members): Change[] {
    return names.flatMap((name) => {
        const [was, is] = [before, after].map(({ properties }) => shape(properties[name]!));
        return was === is ? [] : [major(`${what} ${name} has another type: ${is}, not ${was}`)];
    });
}

/** The type without what is only said about it. */
function shape(property: object): string {
    return JSON.stringify(property, (key: string, value: unknown) =>
        key === "description" || key === "willReplaceOnChanges" ? undefined : value,
    );
}

function compareChoices(token: string, before: TypeSchema, after: TypeSchema): Change[] {
    const [old, now] = [before, after].map(
        ({ enum: values = [] }) => new Map(values.map(({ name, value }) => [String(value), name])),
    ) as [Map<string, string | undefined>, Map<string, string | undefined>];
    return [
        ...[...old.keys()]
            .filter((value) => !now.has(value))
            .map((value) => major(`choice ${token} has no "${value}" any more`)),
        ...[...now.keys()].filter((value) => !old.has(value)).map((value) => minor(`choice ${token} has "${value}"`)),
        ...[...old].flatMap(([value, name]) =>
            now.has(value) && now.get(value) !== name
                ? [major(`choice ${token} calls "${value}" ${now.get(value)}, not ${name}`)]
                : [],
        ),
    ];
}

function members(what: string, before: object, after: object): { changes: Change[] } {
    const { removed, added } = partition(before, after);
    return {
        changes: [
            ...removed.map((token) => major(`${what} ${token} was removed`)),
            ...added.map((token) => minor(`${what} ${token} is new`)),
        ],
    };
}

function partition(before: object, after: object): { removed: string[]; added: string[]; kept: string[] } {
    const [old, now] = [Object.keys(before), Object.keys(after)];
    return {
        removed: old.filter((name) => !Object.hasOwn(after, name)),
        added: now.filter((name) => !Object.hasOwn(before, name)),
        kept: old.filter((name) => Object.hasOwn(after, name)),
    };
}

interface Uses {
    input: boolean;
    output: boolean;
}

/** Whether a type can be reached from a resource's inputs, and whether from its outputs. */
function usesOf(schema: Schema, token: string): Uses {
    const resources = Object.values(schema.resources);
    return {
        input: reaches(
            schema,
            resources.map(({ inputProperties }) => inputProperties ?? {}),
            token,
        ),
        output: reaches(
            schema,
            resources.map(({ properties }) => properties ?? {}),
            token,
        ),
    };
}

function reaches(schema: Schema, from: object[], wanted: string): boolean {
    const seen = new Set<string>();
    const waiting: unknown[] = [...from];
    while (waiting.length > 0) {
        for (const [, token = ""] of JSON.stringify(waiting.pop() ?? null).matchAll(/"#\/types\/([^"]+)"/g)) {
            if (token === wanted) return true;
            if (!seen.has(token)) waiting.push(schema.types[token]);
            seen.add(token);
        }
    }
    return false;
}
