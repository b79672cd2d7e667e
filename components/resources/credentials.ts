/** Where credentials come from: given, generated once, or signed by a given authority. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { HaApiLoadBalancerArgs } from "../inputs";
import type { Model } from "../model/model";
import { wrongBgpPassword, wrongPassword } from "../model/secretInputs";
import { type Credentials, credentialsText, needsCredentials } from "./credentialsText";
import { checkedPem } from "./privateKey";
import { bgpPassword, CREDENTIALS } from "../render/tls";
import { serverCertificate } from "./serverCertificate";
import { refusal } from "../text/refusal";

/** What a host is given to keep, as a secret text; undefined when the inputs ask for no credential at all. */
export function credentialsOf(
    name: string,
    args: HaApiLoadBalancerArgs,
    model: pulumi.Output<Model>,
    parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
    const credentials = makeCredentials(name, args, model, parent);
    return credentials === undefined ? undefined : credentialsText(model, credentials);
}

function makeCredentials(
    name: string,
    args: HaApiLoadBalancerArgs,
    model: pulumi.Output<Model>,
    parent: pulumi.Resource,
): Credentials | undefined {
    if (!needsCredentials(args)) return undefined;
    const { tls, vrrp } = args;
    const issued = tls?.issuer === undefined ? undefined : serverCertificate(name, tls.issuer, model, parent);
    const certificate = issued?.certificate ?? tls?.certificate;
    const key =
        issued?.privateKey ??
        (tls?.privateKey === undefined ? undefined : checkedPem("tls.privateKey", tls.privateKey));
    return {
        ...(vrrp?.authentication === "password"
            ? { [CREDENTIALS.vrrpPassword]: vrrpPassword(name, vrrp.password, parent) }
            : {}),
        ...Object.fromEntries(
            (args.bgp?.peers ?? []).flatMap(({ password: given }, index) =>
                given === undefined
                    ? []
                    : [[bgpPassword(index), checkedPassword(`bgp.peers[${index}].password`, given, wrongBgpPassword)]],
            ),
        ),
        ...(certificate === undefined ? {} : { [CREDENTIALS.serverCertificate]: certificate }),
        ...(key === undefined ? {} : { [CREDENTIALS.serverKey]: key }),
        ...(tls?.clientCertificate === undefined ? {} : { [CREDENTIALS.clientCertificate]: tls.clientCertificate }),
        ...(tls?.clientPrivateKey === undefined
            ? {}
            : { [CREDENTIALS.clientKey]: checkedPem("tls.clientPrivateKey", tls.clientPrivateKey) }),
    };
}

function vrrpPassword(
    name: string,
    given: pulumi.Input<string> | undefined,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    if (given === undefined)
        return new random.RandomPassword(`${name}-vrrp-password`, { length: 8, special: false }, { parent }).result;
    return checkedPassword("vrrp.password", given, wrongPassword);
}

/** `path` is the input it came by. */
function checkedPassword(
    path: string,
    given: pulumi.Input<string>,
    check: typeof wrongPassword,
): pulumi.Output<string> {
    return pulumi.secret(given).apply((text) => {
        const wrong = check(text);
        if (wrong !== undefined) throw refusal(`${path}: ${wrong}.`);
        return text;
    });
}
