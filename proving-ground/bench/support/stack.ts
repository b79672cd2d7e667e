/** A Pulumi stack of this project in a lab, run as a user would run it, with its times. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Environment, labEnvironment } from "../../lab/environment";
import type { LabInstance } from "../../lab/instance";
import { keys } from "../../lab/pki";
import { projectFolder } from "../../../tools/cache";
import { type Timed, timed, type TimedOptions } from "./timed";
import { benchVip, type BenchMachine } from "./machines";

/** Configuration of a stack, without the project's prefix. */
export type StackConfig = Record<string, unknown>;

/** These machines as hosts in front of the lab's API servers; everything else has its default. */
export function stackOn(instance: LabInstance, machines: BenchMachine[]): StackConfig {
    return {
        vip: `${benchVip(instance)}/24`,
        apiServers: instance.apiServers.map(({ address }) => address),
        hosts: machines.map(({ name, address }) => ({ name, address })),
    };
}

export class BenchStack {
    private environment: Environment = {};
    private readonly file: string;

    /**
     * The name becomes part of a file in the checkout, `Pulumi.bench-NAME.yaml`, which git ignores and `remove` takes
     * away.
     */
    constructor(
        private readonly instance: LabInstance,
        private readonly name: string,
    ) {
        this.file = join(projectFolder, `Pulumi.bench-${name}.yaml`);
    }

    /** Starts from scratch: what an earlier run left behind is forgotten. */
    async create(config: StackConfig): Promise<void> {
        this.environment = { ...(await labEnvironment(this.instance)), PULUMI_STACK: `bench-${this.name}` };
        await this.forget();
        await this.pulumi(["stack", "init", `bench-${this.name}`]);
        await this.configure(config);
    }

    async configure(config: StackConfig): Promise<void> {
        const all: StackConfig = { ssh: { privateKeyFile: keys(this.instance).sshKey }, ...config };
        const salt = /^encryptionsalt:.*\n/m.exec(await readFile(this.file, "utf8").catch(() => ""))?.[0] ?? "";
        await writeFile(
            this.file,
            salt +
                stringify({
                    config: Object.fromEntries(Object.entries(all).map(([key, value]) => [`ha-api:${key}`, value])),
                }),
        );
    }

    pulumi(args: string[], options: TimedOptions = {}): Promise<Timed> {
        return timed("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: projectFolder,
            ...options,
            env: { ...this.environment, ...options.env },
        });
    }

    up(options: TimedOptions = {}): Promise<Timed> {
        return this.pulumi(["up", "--yes", "--skip-preview", "--suppress-outputs"], options);
    }

    preview(options: TimedOptions = {}): Promise<Timed> {
        return this.pulumi(["preview", "--suppress-outputs"], options);
    }

    /** One of the stack's outputs. */
    async output<T>(name: string): Promise<T> {
        return JSON.parse((await this.pulumi(["stack", "output", "--json", name])).stdout) as T;
    }

    /** The state as Pulumi keeps it on disk. */
    async stateFile(): Promise<Buffer> {
        return readFile(
            join(this.instance.directory, "pulumi", ".pulumi", "stacks", "ha-api", `bench-${this.name}.json`),
        );
    }

    /** Forgets what there is, without touching the hosts: those are thrown away. */
    async forget(): Promise<void> {
        await this.pulumi(["stack", "rm", "--yes", "--force"]).catch(() => undefined);
        await rm(this.file, { force: true });
    }
}
