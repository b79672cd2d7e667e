/** Which certificate the probe accepts at the VIP. */
import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import type { InspectionResult } from "../../components/inspection/inspector";
import type { ProbeSettings } from "../../shared/probe/settings";
import { apiEndpoint } from "../../components/inspection/serverRules";
import { Endpoint } from "../../components/text/endpoint";
import { UserError } from "../../tools/run";
import type { KnownAuthority } from "./environment";
import { clusterOf, readOptionFile } from "./kubeconfigCluster";
import type { Options } from "./options";
import type { DrillTarget } from "./target";

/** `description` is for the plan and the report. */
export type Trust = Pick<ProbeSettings, "caFile" | "pinned"> & { description: string };

/**
 * The authority of the options, of the kubeconfig or of the environment, if it signed what the VIP shows; otherwise
 * what is shown is pinned.
 */
export async function trustOf(
    { deployment, environment }: DrillTarget,
    { ca }: Options,
    inspected: InspectionResult[],
    folder: string,
    kubeconfig: string | undefined,
): Promise<Trust> {
    const {
        vip,
        inspection: { listeners },
    } = deployment;
    if (ca !== undefined) {
        const why = await refusal(vip, listeners[0]!, await readOptionFile(ca, "--ca"));
        if (why !== undefined)
            throw new UserError(
                `The certificate shown at ${apiEndpoint(deployment)} is not one of --ca ${ca}: ${why}.`,
            );
        return { caFile: ca, description: `Certificates must be signed by ${ca}.` };
    }
    const known: KnownAuthority[] = [];
    const cluster = kubeconfig === undefined ? undefined : clusterOf(kubeconfig);
    const data = cluster?.["certificate-authority-data"];
    if (data !== undefined)
        known.push({ pem: Buffer.from(data, "base64").toString("utf8"), name: "the kubeconfig's authority" });
    for (const { pem, name } of [...known, ...environment.authorities]) {
        if ((await refusal(vip, listeners[0]!, pem)) !== undefined) continue;
        const caFile = join(folder, "ca.crt");
        await writeFile(caFile, pem);
        return { caFile, description: `Certificates must be signed by ${name}.` };
    }
    const pinned = [...new Set([...(await shown(vip, listeners[0]!)), ...certificatesSeen(inspected)])];
    return {
        pinned,
        description:
            "No authority is known (--ca FILE): the certificates shown at the start are pinned, and no others " +
            "believed.",
    };
}

/** Each API server may have one of its own. */
function certificatesSeen(inspected: InspectionResult[]): string[] {
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
                        reject(
                            new UserError(
                                `${Endpoint.of({ address: host, port })} shows no certificate: ${error.message}`,
                            ),
                        ),
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
