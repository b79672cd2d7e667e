/** Where the probe runs, whose certificate it trusts, and how it holds watches. */
import { rmSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Deployment } from "../../components/inspection/expectation";
import type { InspectionResult } from "../../components/inspection/inspector";
import { apiEndpoint } from "../../components/inspection/serverRules";
import { Endpoint } from "../../components/text/endpoint";
import type { ProbeSettings, Through, WatchSettings } from "../../shared/probe/settings";
import { exists } from "../../tools/exists";
import { UserError } from "../../tools/run";
import type { DrillEnvironment, ProbePlacement } from "./environment";
import { clusterOf, readOptionFile, serverOf } from "./kubeconfigCluster";
import type { Options } from "./options";
import { trustOf } from "./probeTrust";
import type { DrillTarget } from "./target";

export interface ProbeSetting {
    placement: ProbePlacement;
    settings: Omit<ProbeSettings, "limitMs">;
    /** For the plan and the report. */
    watches: string;
    trust: string;
    /** Removes the files that were made for the probe. */
    remove(): void;
}

/** How many watches are held at the same time. */
const WATCHES = 2;

/** What is known without any connection. */
export async function describeProbe(
    target: DrillTarget,
    options: Options,
): Promise<{ where: string; watches: string; trust: string }> {
    const { description } = await watchesOf(target, options, undefined);
    return {
        where: target.environment.probe.description,
        watches: description,
        trust:
            options.ca !== undefined
                ? `Certificates must be signed by ${options.ca}.`
                : "Certificates must be signed by the authority that is known, else those shown at the start " +
                  "are pinned.",
    };
}

export async function probeSetting(
    target: DrillTarget,
    options: Options,
    inspected: InspectionResult[],
): Promise<ProbeSetting> {
    const { deployment, environment } = target;
    const folder = await mkdtemp(join(tmpdir(), "ha-api-drill-"));
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    try {
        const { watches, description, kubeconfig } = await watchesOf(target, options, folder);
        const { description: trust, ...trusted } = await trustOf(target, options, inspected, folder, kubeconfig);
        return {
            placement: environment.probe,
            settings: {
                host: deployment.vip,
                port: deployment.inspection.listeners[0]!,
                everyMs: 5,
                timeoutMs: 2000,
                keptAliveEveryMs: 10,
                watches,
                watchesFirst: true,
                ...trusted,
            },
            watches: description,
            trust,
            remove,
        };
    } catch (error) {
        remove();
        throw error;
    }
}

interface Watches {
    watches: WatchSettings[];
    description: string;
    /** The text of the kubeconfig that is used. */
    kubeconfig?: string;
}

const several = (how: WatchSettings): WatchSettings[] => Array.from({ length: WATCHES }, () => how);

async function watchesOf(target: DrillTarget, options: Options, folder: string | undefined): Promise<Watches> {
    const { deployment, environment, kubeconfig: ofStack } = target;
    if (options.kubeconfig !== undefined) {
        const text = await readOptionFile(options.kubeconfig, "--kubeconfig");
        mustSpeakToVip(text, options.kubeconfig, deployment);
        const program = await kubectlProgram(environment);
        if (program === undefined)
            throw new UserError(
                "There is no kubectl on PATH, which --kubeconfig needs: install it, or leave --kubeconfig out.",
            );
        return byKubectl(program, options.kubeconfig, text, throughVip(text, target, options));
    }
    if (ofStack !== "") {
        const program = await kubectlProgram(environment);
        if (program === undefined)
            return {
                watches: [],
                description: "no watch (the stack has a kubeconfig, but there is no kubectl on PATH)",
            };
        const file = join(folder ?? "", "kubeconfig");
        if (folder !== undefined) await writeFile(file, ofStack, { mode: 0o600 });
        return byKubectl(program, file, ofStack, throughVip(ofStack, target, options));
    }
    if (environment.watch === undefined)
        return {
            watches: [],
            description: "no watch, for want of credentials (name a kubeconfig with --kubeconfig FILE)",
        };
    const how = await environment.watch(`https://${apiEndpoint(deployment)}`);
    if (how.kind === "http") return { watches: several(how), description: `${WATCHES} long watches` };
    return byKubectl(how.program, how.kubeconfig, await readFile(how.kubeconfig, "utf8"));
}

/** A VIP that was chosen is watched, whichever the kubeconfig names. */
export function throughVip(
    kubeconfig: string,
    { deployment }: Pick<DrillTarget, "deployment">,
    { vip }: Pick<Options, "vip">,
): Through | undefined {
    const tlsName = serverOf(kubeconfig);
    if (vip === undefined || tlsName === undefined) return undefined;
    return { url: `https://${apiEndpoint(deployment)}`, tlsName };
}

function byKubectl(program: string, file: string, kubeconfig: string, through?: Through): Watches {
    const how = { kind: "kubectl" as const, program, kubeconfig: file, resource: "leases" };
    return {
        watches: several(through === undefined ? how : { ...how, through }),
        description: `${WATCHES} watches by kubectl`,
        kubeconfig,
    };
}

function mustSpeakToVip(kubeconfig: string, file: string, { vip, inspection: { names, listeners } }: Deployment): void {
    const host = serverOf(kubeconfig);
    if (host !== undefined && [vip, ...names].includes(host)) return;
    const urls = [...new Set([vip, ...names])].map((name) => Endpoint.of({ address: name, port: listeners[0]! }).url());
    throw new UserError(
        `${file} speaks to ${clusterOf(kubeconfig)?.server ?? "no server"}, not to ${urls.join(" or ")}: its ` +
            "watches would see nothing of the VIP. " +
            `Make one that does: npm run kubeconfig -- --from ${file} --out FILE`,
    );
}

async function kubectlProgram({ kubectl }: DrillEnvironment): Promise<string | undefined> {
    if (kubectl !== undefined) return kubectl;
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
        const file = join(folder, "kubectl");
        if (await exists(file)) return file;
    }
    return undefined;
}
