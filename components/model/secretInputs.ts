/** Checks of the inputs that take no part in the model, since they are secret. What was received is never shown. */
import * as pulumi from "@pulumi/pulumi";
import { isMap, isSeq, parseDocument } from "yaml";
import type { HaApiLoadBalancerArgs } from "../inputs";
import type { Path, Problems } from "../spec/problems";

type Check = (value: unknown) => string | undefined;

const PEM =
    "must be a private key in OpenSSH or PEM format, from its BEGIN line to its END line (the value is not shown)";

/** Why it is no private key, in words; undefined when it is one. */
export const wrongPrivateKey: Check = (value) =>
    typeof value === "string" &&
    /^-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n[\s\S]+-----END [A-Z ]*PRIVATE KEY-----\s*$/.test(value)
        ? undefined
        : PEM;

/** keepalived takes 8 characters and cuts off the rest without a word; these need no quoting in its configuration. */
export const wrongPassword: Check = (value) =>
    typeof value === "string" && /^[A-Za-z0-9._+-]{1,8}$/.test(value)
        ? undefined
        : "must be a text of 1 to 8 letters, digits and . _ + - (keepalived ignores what is beyond the eighth; " +
          "the value is not shown)";

/** Its form; which of its clusters is meant is seen when the model is known. */
export const wrongKubeconfig: Check = (value) => {
    if (typeof value !== "string") return "must be the text of a kubeconfig file (the value is not shown)";
    const document = parseDocument(value);
    if (document.errors.length > 0) return `is not YAML (line ${document.errors[0]!.linePos?.[0].line ?? "unknown"})`;
    return isMap(document.contents) && isSeq(document.get("clusters")) ? undefined : "has no list of clusters";
};

/**
 * Notes what is wrong with those that are known already; the others are checked when they are. What is no group is for
 * the model to refuse.
 */
export function checkSecretInputs(problems: Problems, { ssh, tls, vrrp, kubeconfig }: HaApiLoadBalancerArgs): void {
    const check = (path: Path, value: unknown, wrong: Check): void => {
        if (pulumi.Output.isInstance(value) || value instanceof Promise) return;
        const reason = wrong(value);
        if (reason !== undefined) problems.add(path, reason);
    };
    if (ssh === undefined || isGroup(ssh)) check("ssh.privateKey", ssh?.privateKey, wrongPrivateKey);
    if (isGroup(vrrp) && vrrp.password !== undefined) check("vrrp.password", vrrp.password, wrongPassword);
    if (isGroup(tls) && tls.privateKey !== undefined) check("tls.privateKey", tls.privateKey, wrongPrivateKey);
    if (isGroup(tls) && tls.clientPrivateKey !== undefined)
        check("tls.clientPrivateKey", tls.clientPrivateKey, wrongPrivateKey);
    if (isGroup(tls) && isGroup(tls.issuer)) check("tls.issuer.privateKey", tls.issuer.privateKey, wrongPrivateKey);
    if (kubeconfig !== undefined) check("kubeconfig", kubeconfig, wrongKubeconfig);
}

function isGroup<T>(value: T): value is T & object {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
