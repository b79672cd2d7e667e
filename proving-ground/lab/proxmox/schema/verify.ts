/**
 * Holds a call's parameters against their description. What is wrong is worded as Proxmox words it, to the letter: the
 * provider passes it on to its user.
 */
import { FormatError } from "./format";
import type { Alias, Format, Parameter, Parameters, Properties, Type } from "./parameter";

/** What is wrong, by parameter. */
export type Errors = Record<string, string>;

const UNKNOWN = "property is not defined in schema and the schema does not allow additional properties";

/** Values as they arrive: texts from a form or a query, anything from JSON. */
export function verify(parameters: Parameters, values: Readonly<Record<string, unknown>>): Errors {
    const errors: Errors = {};
    const given = new Map(Object.entries(values).map(([name, value]) => [name, joined(parameters[name], value)]));
    checkAll("", parameters, given, errors);
    return errors;
}

/** A list may arrive as an array. */
function joined(parameter: Parameter | undefined, value: unknown): unknown {
    return parameter?.format?.kind === "list" && Array.isArray(value) ? value.join(",") : value;
}

function checkAll(
    path: string,
    parameters: Readonly<Record<string, Parameter | Alias>>,
    given: ReadonlyMap<string, unknown>,
    errors: Errors,
): void {
    const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
    for (const [name, parameter] of Object.entries(parameters))
        if (!("alias" in parameter)) checkOne(at(name), parameter, given.get(name) ?? undefined, errors);
    for (const name of given.keys()) {
        const parameter = parameters[name];
        if (parameter === undefined) add(errors, at(name), UNKNOWN);
        else if (!("alias" in parameter) && parameter.requires !== undefined && !given.has(parameter.requires))
            add(errors, at(parameter.requires), `missing property required by '${at(name)}'`);
    }
}

function checkOne(path: string, parameter: Parameter, value: unknown, errors: Errors): void {
    if (value === undefined) {
        if (!parameter.optional) add(errors, path, "property is missing and it is not optional");
        return;
    }
    const wrong = wrongType(parameter.type, value) ?? wrongForm(path, parameter, plainOf(value));
    if (wrong !== undefined) add(errors, path, wrong);
}

/** As a form would have said it, of what is neither a list nor an object. */
function plainOf(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}

const FORMS: Record<Exclude<Type, "string">, RegExp> = {
    boolean: /^[01]$/,
    integer: /^[+-]?\d+$/,
    number: /^[+-]?(\d+\.\d+|\d+\.|\.\d+|\d+)([eE][+-]?\d+)?$/,
};

function wrongType(type: Type, value: unknown): string | undefined {
    const failed = (got: string): string => `type check ('${type}') failed - got ${got}`;
    if (typeof value === "boolean") return type === "boolean" ? undefined : failed("JSON::PP::Boolean");
    if (typeof value === "object") return failed(Array.isArray(value) ? "ARRAY" : "HASH");
    const plain = plainOf(value);
    return type === "string" || FORMS[type].test(plain) ? undefined : failed(`'${plain}'`);
}

function wrongForm(path: string, limits: Parameter, value: string): string | undefined {
    const { format, pattern, maxLength, maximum, minimum, oneOf } = limits;
    const malformed = format === undefined ? undefined : wrongFormat(path, format, value);
    if (malformed !== undefined) return `invalid format - ${malformed}`;
    if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value))
        return "value does not match the regex pattern";
    if (maxLength !== undefined && value.length > maxLength) return `value may only be ${maxLength} characters long`;
    const number = FORMS.number.test(value) ? Number(value) : undefined;
    if (number !== undefined && maximum !== undefined && number > maximum)
        return `value must have a maximum value of ${maximum}`;
    if (number !== undefined && minimum !== undefined && number < minimum)
        return `value must have a minimum value of ${minimum}`;
    if (oneOf?.includes(value) === false)
        return `value '${value}' does not have a value in the enumeration '${oneOf.join(", ")}'`;
    return undefined;
}

function wrongFormat(path: string, format: Format, value: string): string | undefined {
    try {
        if (format.kind === "properties") checkProperties(path, format.properties, value);
        else format.check(value);
        return undefined;
    } catch (error) {
        if (error instanceof FormatError) return error.message;
        throw error;
    }
}

function checkProperties(path: string, description: Properties, value: string): void {
    const values = readProperties(description, value);
    const errors: Errors = {};
    checkAll(path, description.keys, values, errors);
    const lines = Object.entries(errors).map(([key, text]) => `${key}: ${text}\n`);
    if (lines.length > 0) throw new FormatError(`format error\n${lines.join("")}`);
    description.further?.(values);
}

/** The values of a property string by key. Empty parts, as a trailing comma makes one, do not count. */
function readProperties({ keys, defaultKey }: Properties, value: string): Map<string, string> {
    const values = new Map<string, string>();
    const duplicate = (key: string): never => {
        throw new FormatError(`duplicate key in comma-separated list property: ${key}\n`);
    };
    for (const part of value.split(",").filter((each) => each.trim() !== "")) {
        const [, key, own] = /^([^=]+)=(.+)$/s.exec(part) ?? [];
        if (key !== undefined && own !== undefined) {
            if (values.has(key)) duplicate(key);
            setNamed(keys, values, key, own);
        } else if (part.includes("=")) {
            throw new FormatError("missing key in comma-separated list property\n");
        } else {
            if (defaultKey === undefined)
                throw new FormatError("value without key, but schema does not define a default key\n");
            if (values.has(defaultKey)) duplicate(defaultKey);
            values.set(defaultKey, truth(keys[defaultKey], part));
        }
    }
    return values;
}

function setNamed(keys: Properties["keys"], values: Map<string, string>, key: string, value: string): void {
    const description = keys[key];
    if (description === undefined) throw new FormatError(`invalid key in comma-separated list property: ${key}\n`);
    if (!("alias" in description)) return void values.set(key, truth(description, value));
    const { alias, named } = description;
    if (named !== undefined) {
        if (values.has(named)) throw new FormatError(`key alias '${named}' is already defined\n`);
        values.set(named, key);
    }
    if (values.has(alias)) throw new FormatError(`key '${alias}' is already defined (via alias)\n`);
    values.set(alias, truth(keys[alias], value));
}

/** In a property string a boolean has several spellings; elsewhere it has not. */
function truth(description: Parameter | Alias | undefined, value: string): string {
    if (description === undefined || "alias" in description || description.type !== "boolean") return value;
    if (/^(1|on|yes|true)$/i.test(value)) return "1";
    return /^(0|off|no|false)$/i.test(value) ? "0" : value;
}

/** Several things that are wrong with one parameter are joined by a backslash and an n: so does Proxmox. */
function add(errors: Errors, path: string, text: string): void {
    errors[path] = errors[path] === undefined ? text : `${errors[path]}\\n${text}`;
}
