import {
    hasValue,
    isObject,
    isUnknown,
    mapInside,
    type Properties,
    secret,
    unwrap,
    type Value,
} from "../shared/properties";
import { type CheckFailure } from "../shared/resource";
import { endpointDefaults } from "./connection";
import { endpointSecrets } from "./schema";

type Kind = "string" | "number" | "boolean" | "list" | "map of strings" | "connection" | "proxy";

const inputKinds: Record<string, Kind> = {
    addPreviousOutputInEnv: "boolean",
    connection: "connection",
    create: "string",
    delete: "string",
    environment: "map of strings",
    logging: "string",
    stdin: "string",
    triggers: "list",
    update: "string",
};

/** Of a command on this machine: what this project gives. */
const localKinds: Record<string, Kind> = {
    create: "string",
    environment: "map of strings",
    interpreter: "list",
    logging: "string",
};

const endpointKinds: Record<string, Kind> = {
    agentSocketPath: "string",
    dialErrorLimit: "number",
    host: "string",
    hostKey: "string",
    password: "string",
    perDialTimeout: "number",
    port: "number",
    privateKey: "string",
    privateKeyPassword: "string",
    user: "string",
};

const connectionKinds: Record<string, Kind> = { ...endpointKinds, proxy: "proxy" };

/**
 * Checks the inputs, sets the connection's defaults and makes the connection secret. A failure names the property and
 * what it must be, never the value: the value next to a misspelt name may be a private key.
 */
export function checkInputs(inputs: Properties): { inputs: Properties; failures: CheckFailure[] } {
    const failures: CheckFailure[] = [];
    checkObject(inputs, "", inputKinds, "connection", failures);
    const connection = inputs["connection"];
    return {
        inputs: hasValue(connection) ? { ...inputs, connection: secret(mapInside(connection, withDefaults)) } : inputs,
        failures,
    };
}

export function checkLocalInputs(inputs: Properties): { inputs: Properties; failures: CheckFailure[] } {
    const failures: CheckFailure[] = [];
    checkObject(inputs, "", localKinds, "create", failures);
    return { inputs, failures };
}

/** The resource's inputs among properties that may hold outputs and the engine's own as well. */
export function ownInputs(properties: Properties): Properties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => name in inputKinds));
}

function checkObject(
    value: Properties,
    path: string,
    kinds: Record<string, Kind>,
    required: string,
    failures: CheckFailure[],
): void {
    if (!hasValue(value[required]))
        failures.push({ property: path + required, reason: `Missing required field '${required}'` });
    for (const [name, member] of Object.entries(value)) {
        if (name === "version" || name.startsWith("__")) continue; // the engine's own
        const kind = kinds[name];
        if (kind === undefined) failures.push({ property: path + name, reason: `Unrecognized field '${name}'` });
        else checkKind(member, path + name, kind, failures);
    }
}

function checkKind(value: Value, path: string, kind: Kind, failures: CheckFailure[]): void {
    const bare = unwrap(value);
    if (!hasValue(bare) || isUnknown(bare)) return;
    const wrong = () => void failures.push({ property: path, reason: `Field '${path}' must be a ${kind}` });

    switch (kind) {
        case "list":
            if (!Array.isArray(bare)) wrong();
            return;
        case "map of strings":
            if (!isObject(bare)) return wrong();
            for (const [name, member] of Object.entries(bare)) checkKind(member, `${path}.${name}`, "string", failures);
            return;
        case "connection":
        case "proxy":
            if (!isObject(bare)) return wrong();
            checkObject(bare, `${path}.`, kind === "proxy" ? endpointKinds : connectionKinds, "host", failures);
            return;
        default:
            if (typeof bare !== kind) wrong();
    }
}

function withDefaults(endpoint: Value): Value {
    if (!isObject(endpoint)) return endpoint;
    const set = Object.fromEntries(
        Object.entries(endpoint)
            .filter(([, member]) => hasValue(member))
            .map(([name, member]) => [name, endpointSecrets.includes(name) ? secret(member) : member]),
    );
    const proxy = set["proxy"];
    return { ...endpointDefaults, ...set, ...(hasValue(proxy) ? { proxy: mapInside(proxy, withDefaults) } : {}) };
}
