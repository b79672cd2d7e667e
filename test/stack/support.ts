/** Stack configuration for tests, as the engine would hand it to the program. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

interface Project {
    name: string;
    config: Record<string, { type: string; description?: string; default?: unknown; items?: unknown }>;
}

export const project = parse(readFileSync(join(__dirname, "../../Pulumi.yaml"), "utf8")) as Project;

/** What must be set; Pulumi.yaml has defaults for everything else. */
export const required = {
    vip: "10.30.100.100/24",
    apiServers: ["10.30.100.51"],
    hosts: [
        { name: "vrrp1", address: "10.30.100.101" },
        { name: "vrrp2", address: "10.30.100.102" },
    ],
};

/**
 * Sets the configuration: Pulumi.yaml's defaults, then the required keys, then `over`; what is undefined is not set.
 */
export function configure(over: Record<string, unknown> = {}, secretKeys: string[] = []): pulumi.Config {
    const defaults = Object.fromEntries(Object.entries(project.config).map(([key, entry]) => [key, entry.default]));
    const all = Object.entries({ ...defaults, ...required, ...over })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [`ha-api:${key}`, typeof value === "string" ? value : JSON.stringify(value)]);
    pulumi.runtime.setAllConfig(
        Object.fromEntries(all) as Record<string, string>,
        secretKeys.map((key) => `ha-api:${key}`),
    );
    return new pulumi.Config("ha-api");
}

/** Makes this process look like the program of stack dev of project ha-api. */
export async function asProgram(): Promise<void> {
    await pulumi.runtime.setMocks(
        {
            call: ({ inputs }) => inputs as object,
            newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
        },
        "ha-api",
        "dev",
    );
}

/** The message of the one error for people that is thrown. */
export function refusalOf(action: () => unknown): string {
    try {
        action();
    } catch (error) {
        assert.ok(pulumi.RunError.isInstance(error), `an error for people, without a stack trace: ${String(error)}`);
        return error.message;
    }
    return assert.fail("this was accepted");
}

export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return (output as unknown as { promise(): Promise<T> }).promise();
}
