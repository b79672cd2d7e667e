/** Debian's Ansible doing the same work on the same machines, as a user would run it: playbook/site.yaml. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { LabInstance } from "../../lab/instance";
import { keys } from "../../lab/pki";
import { projectFolder } from "../../../tools/cache";
import { succeeds, UserError } from "../../../tools/run";
import type { BenchMachine } from "../support/machines";
import { timed } from "../support/timed";

/** The files the component renders, by host and path: its output `files`. */
export type Files = Record<string, Record<string, string>>;

export interface Ran {
    /** Milliseconds. */
    took: number;
    /** Of that for packages. */
    packages: number;
    /** How many tasks changed something, on all hosts. */
    changed: number;
}

/** What every machine of the lab has, so that Ansible need not ask for it. */
const FACTS = { interface: "host0", network_file: "10-netplan-host0.network" };

export class Playbook {
    private constructor(private readonly folder: string) {}

    /** Writes the inventory and the files, as templates, into a folder of its own. */
    static async create(instance: LabInstance, machines: BenchMachine[], files: Files): Promise<Playbook> {
        if (!(await succeeds("ansible-playbook", ["--version"])))
            throw new UserError("This part needs Ansible. On Debian, as root: apt-get install ansible");
        const folder = await mkdtemp(join(tmpdir(), "ha-api-ansible-"));
        const hosts = machines.map(
            ({ name, address }) =>
                [
                    name,
                    {
                        ansible_host: address,
                        ...FACTS,
                        files: join(folder, name),
                        answer: /return "(\w+)/.exec(files[name]!["/etc/nginx/nginx.conf"]!)![1],
                    },
                ] as const,
        );
        const vars = {
            ansible_user: "ops",
            ansible_ssh_private_key_file: keys(instance).sshKey,
            ansible_python_interpreter: "/usr/bin/python3",
            programs: join(projectFolder, "components", "host", "scripts"),
        };
        await writeFile(join(folder, "inventory.yaml"), stringify({ all: { vars, hosts: Object.fromEntries(hosts) } }));
        for (const { name } of machines) {
            for (const [path, content] of Object.entries(files[name]!)) {
                await mkdir(dirname(join(folder, name, path)), { recursive: true });
                await writeFile(join(folder, name, path), content.replaceAll("@interface@", "{{ interface }}"));
            }
        }
        return new Playbook(folder);
    }

    /** One run of `ansible-playbook`, with connections of its own: those of the run before are not used again. */
    async run(pipelining: boolean): Promise<Ran> {
        const sockets = await mkdtemp(join(this.folder, "s-"));
        const env = {
            ANSIBLE_HOST_KEY_CHECKING: "False",
            ANSIBLE_PIPELINING: String(pipelining),
            ANSIBLE_CALLBACKS_ENABLED: "ansible.posix.profile_tasks",
            ANSIBLE_SSH_CONTROL_PATH_DIR: sockets,
            ANSIBLE_SSH_ARGS:
                "-o ControlMaster=auto -o ControlPersist=20s -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
            ANSIBLE_NOCOLOR: "1",
            PROFILE_TASKS_TASK_OUTPUT_LIMIT: "all",
        };
        const site = join(__dirname, "playbook/site.yaml");
        const { took, output } = await timed("ansible-playbook", ["-i", join(this.folder, "inventory.yaml"), site], {
            cwd: this.folder,
            env,
        });
        const changed = [...output.matchAll(/ changed=(\d+) /g)].reduce((sum, [, count]) => sum + Number(count), 0);
        return { took, packages: packageSeconds(output) * 1000, changed };
    }

    async remove(): Promise<void> {
        await rm(this.folder, { recursive: true, force: true });
    }
}

/** Seconds of the task "Packages", by the summary of Ansible's own profile_tasks. */
export function packageSeconds(output: string): number {
    const seconds = /^Packages -+ ([\d.]+)s$/m.exec(output)?.[1];
    if (seconds === undefined)
        throw new UserError(
            `Ansible did not report how long the task "Packages" took:\n${output.split("\n").slice(-30).join("\n")}`,
        );
    return Number(seconds);
}
