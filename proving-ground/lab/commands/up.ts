/**
 * From nothing to an API address that answers, by the real engine; on a lab that is up, seconds and no change.
 * `--release 12` makes it of machines of that Debian release; without it a new lab has the newest, and one that is
 * there stays as it is. `--proxmox 8.4` has its Proxmox API play that release, now or from now on.
 */
import { projectFolder } from "../../../tools/cache";
import { commandLine } from "../../../tools/commandLine";
import { choiceOrNone } from "../../../tools/options";
import { duration, part, say, timedParts } from "../../../tools/progress";
import { passThrough, run, UserError } from "../../../tools/run";
import { ensureToolchain } from "../../toolchain";
import { type Environment, labEnvironment } from "../environment";
import { ensureImage } from "../hypervisor/image";
import type { LabInstance } from "../instance";
import { PROXMOX_VERSIONS } from "../proxmoxVersion";
import { chooseRelease, imageOf, RELEASES } from "../release";
import { installDebianPackages, missingRequirements, startLab } from "../lifecycle";
import { keys } from "../pki";

const line = commandLine({
    call: "npm run lab --",
    about:
        "Makes a lab on this machine and deploys the stack of this project in it: two Proxmox VMs, three API " +
        "servers, a network of their own. " +
        "On a lab that is up it changes nothing.",
    options: {
        release: choiceOrNone(
            "N",
            "the Debian release of its machines; without it the newest, or the one that a lab which is there " +
                "was made with",
            RELEASES,
        ),
        proxmox: choiceOrNone(
            "N",
            "the release of Proxmox VE that its API plays; without it the newest, or what a lab which is there " +
                "plays. Another one than that is as an upgrade of the nodes: VMs stay",
            PROXMOX_VERSIONS,
        ),
    },
    statuses: { 0: "the VIP answers" },
    examples: ["npm run lab", "npm run lab -- --release 12", "npm run lab -- --proxmox 8.4"],
});

export async function up(place: LabInstance, words: string[]): Promise<void> {
    const { release: asked, proxmox } = line.read(words);
    const instance = {
        ...place,
        ...(asked === undefined ? {} : { release: asked }),
        ...(proxmox === undefined ? {} : { proxmox }),
    };
    const release = await chooseRelease(instance);
    const start = Date.now();
    say(
        `The lab "${instance.name}": two Proxmox VMs with Debian ${release}, three API servers, a network of ` +
            "their own, all on this machine.",
    );
    await installDebianPackages();
    const missing = await missingRequirements();
    if (missing.length > 0) throw new UserError(missing.join("\n"));
    // Compiling uses the processors, the root file system mostly disk and network.
    await part("toolchain and root file system", () => Promise.all([ensureToolchain(), ensureImage(imageOf(release))]));
    await startLab(instance);
    const environment = await labEnvironment(instance);
    await part("Pulumi stack", () =>
        run("pulumi", ["stack", "select", "--create", instance.name], { cwd: projectFolder, env: environment }),
    );
    const deployed = await part(`pulumi up --stack ${instance.name}`, () => deploy(environment));
    if (!deployed)
        throw new UserError(
            "pulumi up failed; its output is above. Running `npm run lab` again continues where it stopped.",
        );
    await part("outputs, and a request through the VIP", () => show(instance, environment));
    say(
        `\nTook ${duration(Date.now() - start)}: ${timedParts()
            .map(({ title, took }) => `${title} ${duration(took)}`)
            .join(", ")}.`,
    );
}

async function deploy(environment: Environment): Promise<boolean> {
    // No terminal to answer a question on, and the component reports wrong settings before it changes
    // anything: no preview.
    const status = await passThrough("pulumi", ["up", "--yes", "--skip-preview", "--suppress-outputs"], {
        cwd: projectFolder,
        env: environment,
        stdin: "ignore",
    });
    return status === 0;
}

interface Outputs {
    vip: string;
    kubeconfigServerUrl: string;
    hosts: { name: string; address: string; priority: number; vmId?: number; node?: string }[];
}

async function show(instance: LabInstance, environment: Environment): Promise<void> {
    const outputs = JSON.parse(
        await run("pulumi", ["stack", "output", "--json"], { cwd: projectFolder, env: environment }),
    ) as Outputs;
    const ca = keys(instance).caCertificate;
    say(`\nVIP                  ${outputs.vip}`);
    say(`kubeconfig server    ${outputs.kubeconfigServerUrl}`);
    for (const { name, address, vmId, node, priority } of outputs.hosts) {
        say(`${name.padEnd(20)} ${address}  VM ${vmId ?? "-"} on ${node ?? "-"}, priority ${priority}`);
    }
    const url = `${outputs.kubeconfigServerUrl}/api`;
    say(`\n$ curl --cacert ${ca} ${url}`);
    say(await run("curl", ["--silent", "--show-error", "--max-time", "5", "--cacert", ca, url]));
    say("\nGo on with:");
    say("  npm run lab:status            machines, VIP, API servers");
    say(`  npm run lab:ssh ${outputs.hosts[0]?.name ?? "vrrp1"}         log in to a host`);
    say('  eval "$(npm run -s lab:env)"  then pulumi preview --diff, pulumi up, pulumi stack output, ...');
    say("  npm run lab:down              remove it all");
}
