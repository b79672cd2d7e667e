/** The forms of secrets. What was received is never shown. */
import { isMap, isSeq, parseDocument } from "yaml";

/** Why a value is not such a secret; undefined when it is one. */
export type SecretCheck = (value: unknown) => string | undefined;

const PEM =
    "must be a private key in OpenSSH or PEM format, from its BEGIN line to its END line (the value is not shown)";

/** Why it is no private key; undefined when it is one. */
export const wrongPrivateKey: SecretCheck = (value) =>
    typeof value === "string" &&
    /^-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n[\s\S]+-----END [A-Z ]*PRIVATE KEY-----\s*$/.test(value)
        ? undefined
        : PEM;

/** keepalived takes 8 characters and cuts off the rest without a word; these need no quoting in its configuration. */
export const wrongPassword: SecretCheck = (value) =>
    typeof value === "string" && /^[A-Za-z0-9._+-]{1,8}$/.test(value)
        ? undefined
        : "must be a text of 1 to 8 letters, digits and . _ + - (keepalived ignores what is beyond the eighth; " +
          "the value is not shown)";

/** TCP takes 80 characters (RFC 2385); these need no quoting in BIRD's configuration. */
export const wrongBgpPassword: SecretCheck = (value) =>
    typeof value === "string" && /^[A-Za-z0-9._+-]{1,80}$/.test(value)
        ? undefined
        : "must be a text of 1 to 80 letters, digits and . _ + - (the value is not shown)";

/** Its form; which of its clusters is meant is seen when the model is known. */
export const wrongKubeconfig: SecretCheck = (value) => {
    if (typeof value !== "string") return "must be the text of a kubeconfig file (the value is not shown)";
    const document = parseDocument(value);
    if (document.errors.length > 0) return `is not YAML (line ${document.errors[0]!.linePos?.[0].line ?? "unknown"})`;
    return isMap(document.contents) && isSeq(document.get("clusters")) ? undefined : "has no list of clusters";
};
