/** nginx settings: source of the package, and limits of the proxy. */
import { distinct, integer, list, oneOf, seconds, settings, text } from "./checks";
import { STATUS_PORT } from "./ports";
import type { NginxInputs } from "./inputs";
import type { NginxModel } from "./model";
import type { Problems } from "./problems";

/** The three keys nginx.org publishes at /keys/nginx_signing.key (its installation guide, read 2024-05 and later). */
export const NGINX_ORG_FINGERPRINTS = [
    "573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62",
    "8540A6F18833A80E9C1653A42FD21310B49F6B46",
    "9E9BE90EACBCDE69FE9B204CBCDCD8A38D88A2B3",
];

export function resolveNginx(problems: Problems, given: NginxInputs | undefined, frontPort: number): NginxModel {
    const nginx = settings(problems, "nginx", given);
    if (frontPort === STATUS_PORT) problems.add("port", `must not be ${STATUS_PORT}, which nginx's own health answer uses on the loopback address`, frontPort);
    return {
        source: resolveSource(problems, nginx),
        connectTimeout: seconds(problems, "nginx.connectTimeout", nginx.connectTimeout ?? 1, 0.05, 60),
        idleTimeout: seconds(problems, "nginx.idleTimeout", nginx.idleTimeout ?? 3600, 60, 604800),
        workerConnections: integer(problems, "nginx.workerConnections", nginx.workerConnections ?? 16384, 512, 1048576),
        extraConfiguration: text(problems, "nginx.extraConfiguration", nginx.extraConfiguration ?? "", /^(?!==== )[\t\n\x20-\x7e]*$/, "lines of nginx directives in plain ASCII")
            .split("\n").filter((line) => line.trim() !== ""),
    };
}

function resolveSource(problems: Problems, nginx: NginxInputs): NginxModel["source"] {
    const source = oneOf(problems, "nginx.source", nginx.source ?? "distribution", ["distribution", "nginx.org"]);
    if (source === "distribution") {
        for (const key of ["channel", "repository", "signingKeyFingerprints"] as const) {
            if (nginx[key] !== undefined) problems.add(`nginx.${key}`, "is only used with nginx.source nginx.org", nginx[key]);
        }
        return { kind: "distribution" };
    }
    const fingerprints = list(problems, "nginx.signingKeyFingerprints", nginx.signingKeyFingerprints ?? NGINX_ORG_FINGERPRINTS)
        .map((value, index) => fingerprint(problems, `nginx.signingKeyFingerprints[${index}]`, value));
    if (fingerprints.length === 0) problems.add("nginx.signingKeyFingerprints", "must name at least one key", []);
    distinct(problems, fingerprints.map((value, index) => ({ path: `nginx.signingKeyFingerprints[${index}]`, value })), "fingerprints");
    return {
        kind: "nginx.org",
        channel: oneOf(problems, "nginx.channel", nginx.channel ?? "stable", ["stable", "mainline"]),
        repository: text(problems, "nginx.repository", nginx.repository ?? "https://nginx.org", /^https?:\/\/[A-Za-z0-9.:-]+(\/[A-Za-z0-9._~/-]*)?$/,
            "the address of nginx.org or of a mirror, such as https://nginx.org").replace(/\/+$/, ""),
        fingerprints: fingerprints.sort(),
    };
}

function fingerprint(problems: Problems, path: string, value: string): string {
    return text(problems, path, typeof value === "string" ? value.replace(/\s/g, "").toUpperCase() : value, /^[0-9A-F]{40}$/, "a fingerprint of 40 hexadecimal digits");
}
