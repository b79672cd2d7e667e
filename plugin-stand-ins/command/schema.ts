import { standIns } from "../versions";

const text = { type: "string" };
const endpoint = {
    agentSocketPath: text,
    dialErrorLimit: { type: "integer", default: 10 },
    host: text,
    hostKey: text,
    password: { ...text, secret: true },
    perDialTimeout: { type: "integer", default: 15 },
    port: { type: "number", default: 22 },
    privateKey: { ...text, secret: true },
    privateKeyPassword: { ...text, secret: true },
    user: { ...text, default: "root" },
};
/** What is secret within a connection, which is a secret as a whole besides. */
export const endpointSecrets: readonly string[] = Object.entries(endpoint)
    .filter(([, property]) => "secret" in property)
    .map(([name]) => name);
const inputs = {
    addPreviousOutputInEnv: { type: "boolean" },
    connection: { $ref: "#/types/command:remote:Connection", secret: true },
    create: text,
    delete: text,
    environment: { type: "object", additionalProperties: text },
    logging: { $ref: "#/types/command:remote:Logging" },
    stdin: text,
    triggers: { type: "array", items: { $ref: "pulumi.json#/Any" }, replaceOnChanges: true },
    update: text,
};

const local = {
    create: text,
    environment: { type: "object", additionalProperties: text },
    interpreter: { type: "array", items: text },
    logging: { $ref: "#/types/command:local:Logging" },
};
const logging = {
    type: "string",
    enum: ["stdout", "stderr", "stdoutAndStderr", "none"].map((value) => ({ name: value, value })),
};

/** The part of the official schema that is served, without its descriptions. */
export function commandSchema(): object {
    return {
        name: standIns.command.name,
        version: standIns.command.version,
        types: {
            "command:remote:Connection": {
                type: "object",
                properties: { ...endpoint, proxy: { $ref: "#/types/command:remote:ProxyConnection" } },
                required: ["host"],
            },
            "command:remote:ProxyConnection": { type: "object", properties: endpoint, required: ["host"] },
            "command:local:Logging": logging,
            "command:remote:Logging": logging,
        },
        resources: {
            "command:local:Command": {
                properties: { ...local, stderr: text, stdout: text },
                required: ["stderr", "stdout"],
                inputProperties: local,
            },
            "command:remote:Command": {
                properties: { ...inputs, stderr: text, stdout: text },
                required: ["connection", "stderr", "stdout"],
                inputProperties: inputs,
                requiredInputs: ["connection"],
            },
        },
    };
}
