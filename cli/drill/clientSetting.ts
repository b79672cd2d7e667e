/** Where the client is, whose certificate it believes, and how it holds watches. */
import { X509Certificate } from "node:crypto";
import { rmSync } from "node:fs";
import { access, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { connect } from "node:tls";
import { parse } from "yaml";
import type { Deployment } from "../../components/inspection/expectation";
import type { Seen as Inspected } from "../../components/inspection/inspector";
import { occupantOf } from "../../proving-ground/lab/apiserver/seat";
import { clientEntry, standInWatch } from "../../proving-ground/lab/client/place";
import type { LabInstance } from "../../proving-ground/lab/instance";
import { kubernetesBinaries } from "../../proving-ground/lab/kubernetes/binaries";
import { writeKubeconfig } from "../../proving-ground/lab/kubernetes/kubeconfig";
import { kubernetesKeys } from "../../proving-ground/lab/kubernetes/pki";
import { keys } from "../../proving-ground/lab/pki";
import { UserError } from "../../tools/run";
import type { ClientSettings, WatchSettings } from "./client/settings";
import type { Enter } from "./client/start";
import type { Options } from "./options";
import type { Site } from "./site";

export interface ClientSetting {
    enter: Enter;
    settings: Omit<ClientSettings, "limitMs">;
    /** In words, for the plan and the report. */
    where: string;
    watches: string;
    trust: string;
    /** Removes the files that were made for the client. */
    remove(): void;
}

/** How many watches are held at the same time. */
const WATCHES = 2;
/** Events of a stand-in's watch, in seconds: how finely its silence is known. */
const WATCH_INTERVAL_S = 0.1;

/** What is known without a connection to anybody. */
export async function describeClient(
    site: Site,
    options: Options,
): Promise<Pick<ClientSetting, "where" | "watches" | "trust">> {
    const { words } = await watchesOf(site, options, undefined);
    return {
        where: site.lab === undefined ? "this machine" : `the client namespace of the lab "${site.lab.name}"`,
        watches: words,
        trust:
            options.ca !== undefined
                ? `Certificates must be signed by ${options.ca}.`
                : "Certificates must be signed by the authority that is known, else those shown at the start " +
                  "are pinned.",
    };
}

export async function clientSetting(site: Site, options: Options, inspected: Inspected[]): Promise<ClientSetting> {
    const { deployment, lab } = site;
    const folder = await mkdtemp(join(tmpdir(), "ha-api-drill-"));
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    try {
        const { watches, words, kubeconfig } = await watchesOf(site, options, folder);
        const trust = await trustOf(site, options, inspected, folder, kubeconfig);
        const { words: trustWords, ...trusting } = trust;
        return {
            enter: lab === undefined ? [] : clientEntry(lab),
            settings: {
                host: deployment.vip,
                port: deployment.inspection.listeners[0]!,
                everyMs: 5,
                timeoutMs: 2000,
                keptAliveEveryMs: 10,
                watches,
                watchesFirst: true,
                ...trusting,
            },
            where:
                lab === undefined
                    ? "this machine"
                    : `the client namespace of the lab "${lab.name}" (${lab.client.address})`,
            watches: words,
            trust: trustWords,
            remove,
        };
    } catch (error) {
        remove();
        throw error;
    }
}

interface Watches {
    watches: WatchSettings[];
    words: string;
    /** The text of the kubeconfig that is used. */
    kubeconfig?: string;
}

async function watchesOf(
    { deployment, lab, kubeconfig: own }: Site,
    { kubeconfig: given }: Options,
    folder: string | undefined,
): Promise<Watches> {
    const several = (how: WatchSettings): WatchSettings[] => Array.from({ length: WATCHES }, () => how);
    if (given !== undefined || own !== "") {
        const text = given === undefined ? own : await read(given, "--kubeconfig");
        if (given !== undefined) mustSpeakToVip(text, given, deployment);
        const program = await kubectlProgram(lab);
        if (program === undefined) {
            if (given !== undefined)
                throw new UserError(
                    "There is no kubectl on PATH, which --kubeconfig needs: install it, or leave --kubeconfig out.",
                );
            return { watches: [], words: "no watch (the stack has a kubeconfig, but there is no kubectl on PATH)" };
        }
        const file = given ?? join(folder ?? "", "kubeconfig");
        if (given === undefined && folder !== undefined) await writeFile(file, text, { mode: 0o600 });
        return {
            watches: several({ kind: "kubectl", program, kubeconfig: file, resource: "leases" }),
            words: `${WATCHES} watches by kubectl`,
            kubeconfig: text,
        };
    }
    if (lab === undefined)
        return { watches: [], words: "no watch, for want of credentials (name a kubeconfig with --kubeconfig FILE)" };
    if (!(await realApiServers(lab)))
        return { watches: several(standInWatch(WATCH_INTERVAL_S)), words: `${WATCHES} long watches` };
    const file = await writeKubeconfig(lab, `https://${deployment.vip}:${deployment.inspection.listeners[0]}`, {
        as: "token",
    });
    const { kubectl } = await kubernetesBinaries();
    return {
        watches: several({ kind: "kubectl", program: kubectl, kubeconfig: file, resource: "leases" }),
        words: `${WATCHES} watches by kubectl`,
        kubeconfig: await readFile(file, "utf8"),
    };
}

interface Cluster {
    server?: string;
    "certificate-authority"?: string;
    "certificate-authority-data"?: string;
}

/** Of the current context. */
function clusterOf(kubeconfig: string): Cluster | undefined {
    const all = parse(kubeconfig) as {
        "current-context"?: string;
        contexts?: { name: string; context: { cluster: string } }[];
        clusters?: { name: string; cluster: Cluster }[];
    } | null;
    const name = all?.contexts?.find((each) => each.name === all["current-context"])?.context.cluster;
    return all?.clusters?.find((each) => each.name === name)?.cluster;
}

function mustSpeakToVip(kubeconfig: string, file: string, { vip, inspection: { names, listeners } }: Deployment): void {
    const server = clusterOf(kubeconfig)?.server;
    const host = server === undefined ? undefined : new URL(server).hostname;
    if (host !== undefined && [vip, ...names].includes(host)) return;
    throw new UserError(
        `${file} speaks to ${server ?? "no server"}, not to ` +
            `${[...new Set([vip, ...names])].map((name) => `https://${name}:${listeners[0]}`).join(" or ")}: its ` +
            `watches would see nothing of the VIP. Make one that does: npm run kubeconfig -- --from ${file} ` +
            "--out FILE",
    );
}

async function realApiServers(lab: LabInstance): Promise<boolean> {
    const occupants = await Promise.all(lab.apiServers.map(({ name }) => occupantOf(lab, name)));
    return occupants.includes("kube-apiserver");
}

async function kubectlProgram(lab: LabInstance | undefined): Promise<string | undefined> {
    if (lab !== undefined && (await realApiServers(lab))) return (await kubernetesBinaries()).kubectl;
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
        const file = join(folder, "kubectl");
        if (
            await access(file).then(
                () => true,
                () => false,
            )
        )
            return file;
    }
    return undefined;
}

type Trust = Pick<ClientSettings, "caFile" | "pinned"> & { words: string };

/**
 * The authority of the options, of the kubeconfig or of the lab, if what is shown at the VIP is signed by it; else what
 * is shown is pinned.
 */
async function trustOf(
    { deployment, lab }: Site,
    { ca }: Options,
    inspected: Inspected[],
    folder: string,
    kubeconfig: string | undefined,
): Promise<Trust> {
    const {
        vip,
        inspection: { listeners },
    } = deployment;
    if (ca !== undefined) {
        const why = await refusal(vip, listeners[0]!, await read(ca, "--ca"));
        if (why !== undefined)
            throw new UserError(`The certificate shown at ${vip}:${listeners[0]} is not one of --ca ${ca}: ${why}.`);
        return { caFile: ca, words: `Certificates must be signed by ${ca}.` };
    }
    const known: { text: string; name: string }[] = [];
    const cluster = kubeconfig === undefined ? undefined : clusterOf(kubeconfig);
    const data = cluster?.["certificate-authority-data"];
    if (data !== undefined)
        known.push({ text: Buffer.from(data, "base64").toString("utf8"), name: "the kubeconfig's authority" });
    if (lab !== undefined) {
        for (const file of [keys(lab).caCertificate, kubernetesKeys(lab).caCertificate]) {
            const text = await readFile(file, "utf8").catch(() => undefined);
            if (text !== undefined) known.push({ text, name: "the lab's authority" });
        }
    }
    for (const { text, name } of known) {
        if ((await refusal(vip, listeners[0]!, text)) !== undefined) continue;
        const caFile = join(folder, "ca.crt");
        await writeFile(caFile, text);
        return { caFile, words: `Certificates must be signed by ${name}.` };
    }
    const pinned = [...new Set([...(await shown(vip, listeners[0]!)), ...certificatesSeen(inspected)])];
    return {
        pinned,
        words:
            "No authority is known (--ca FILE): the certificates shown at the start are pinned, and no others " +
            "believed.",
    };
}

/** Each API server may have one of its own. */
function certificatesSeen(inspected: Inspected[]): string[] {
    const pems = inspected
        .flatMap(({ inspection }) => [...(inspection?.listeners ?? []), ...(inspection?.servers ?? [])])
        .flatMap(({ certificate }) => certificate ?? []);
    return pems.map((pem) => new X509Certificate(pem).fingerprint256);
}

async function shown(host: string, port: number): Promise<string[]> {
    return Promise.all(
        Array.from(
            { length: 12 },
            () =>
                new Promise<string>((resolve, reject) => {
                    const socket = connect({ host, port, rejectUnauthorized: false, timeout: 5000 }, () => {
                        resolve(socket.getPeerCertificate().fingerprint256);
                        socket.destroy();
                    });
                    socket.once("timeout", () => socket.destroy(new Error("no answer within 5 s")));
                    socket.once("error", (error: Error) =>
                        reject(new UserError(`${host}:${port} shows no certificate: ${error.message}`)),
                    );
                }),
        ),
    );
}

/** Why a certificate of that authority is not what is shown; undefined when it is. */
async function refusal(host: string, port: number, ca: string): Promise<string | undefined> {
    return new Promise((resolve) => {
        const socket = connect({ host, port, ca, timeout: 5000 }, () => {
            resolve(undefined);
            socket.destroy();
        });
        socket.once("timeout", () => socket.destroy(new Error("no answer within 5 s")));
        socket.once("error", (error: Error) => resolve(error.message));
    });
}

async function read(file: string, option: string): Promise<string> {
    return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new UserError(
            `${option} names ${file}, which cannot be read: ` +
                `${error.code === "ENOENT" ? "there is no such file" : (error.code ?? error.message)}.`,
        );
    });
}
