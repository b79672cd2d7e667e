/**
 * Credentials travel to a host apart from everything else, by standard input, in a step that previews show as a secret.
 */
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../inputs";
import type { Model } from "../model/model";
import { bgpInUse } from "../model/bgp";
import { tlsInUse } from "../model/tls";
import { bgpPassword, CREDENTIALS } from "../render/tls";

/** Every credential there may be, by name; which of them a host gets depends on the model. */
export type Credentials = Partial<
    Record<(typeof CREDENTIALS)[keyof typeof CREDENTIALS] | ReturnType<typeof bgpPassword>, pulumi.Input<string>>
>;

/** Whether the inputs ask for a credential at all, at whatever layer: decides whether there is such a step. */
export function needsCredentials(args: HaApiLoadBalancerArgs): boolean {
    return (
        args.tls !== undefined ||
        args.vrrp?.authentication === "password" ||
        args.bgp?.peers.some(({ password }) => password !== undefined) === true
    );
}

/** What the program keep-credentials reads: those the model has a use for. */
export function credentialsText(model: pulumi.Output<Model>, credentials: Credentials): pulumi.Output<string> {
    return pulumi.secret(
        pulumi.all([model, pulumi.all(credentials)]).apply(([plain, known]) => {
            const wanted = wantedBy(plain);
            const lines = Object.entries(known as Record<string, string>)
                .filter(([name]) => wanted.has(name))
                .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}\n`);
            return `${lines.join("")}end\n`;
        }),
    );
}

function wantedBy(model: Model): Set<string> {
    const tls = tlsInUse(model);
    return new Set<string>([
        ...(bgpInUse(model)?.peers ?? []).flatMap(({ hasPassword }, index) =>
            hasPassword ? [bgpPassword(index)] : [],
        ),
        ...(model.vrrp.authentication === "password" ? [CREDENTIALS.vrrpPassword] : []),
        ...(tls === undefined ? [] : [CREDENTIALS.serverCertificate, CREDENTIALS.serverKey]),
        ...(tls?.clientCertificate === undefined ? [] : [CREDENTIALS.clientCertificate, CREDENTIALS.clientKey]),
    ]);
}
