/** nginx's own settings: where it comes from, and its limits. */
import { configurationLines, distinct, integer, list, oneOf, settings, settingsOf, text } from "./checks";
import { imageToRun, parseImage } from "./containerImage";
import type { NginxInputs } from "./inputs";
import type { Model, NginxModel } from "./model";
import type { Problems } from "./problems";

/** The three keys nginx.org publishes at /keys/nginx_signing.key (its installation guide, read 2024-05 and later). */
export const NGINX_ORG_FINGERPRINTS = [
    "573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62",
    "8540A6F18833A80E9C1653A42FD21310B49F6B46",
    "9E9BE90EACBCDE69FE9B204CBCDCD8A38D88A2B3",
];

export function resolveNginx(problems: Problems, given: NginxInputs | undefined, engine: Model["engine"]): NginxModel {
    const nginx = settingsOf(problems, "nginx", given, engine);
    return {
        source: resolveSource(problems, nginx),
        workerConnections: integer(problems, "nginx.workerConnections", nginx.workerConnections ?? 32768, 512, 1048576),
        extraConfiguration: configurationLines(problems, "nginx.extraConfiguration", nginx.extraConfiguration, "nginx"),
    };
}

/** Inputs that belong to one source only. */
const OF_SOURCE: Record<NginxModel["source"]["kind"], (keyof NginxInputs)[]> = {
    distribution: [],
    "nginx.org": ["channel", "repository", "signingKeyFingerprints"],
    container: ["container"],
};

function resolveSource(problems: Problems, nginx: Partial<NginxInputs>): NginxModel["source"] {
    const kinds = Object.keys(OF_SOURCE) as NginxModel["source"]["kind"][];
    const source = oneOf(problems, "nginx.source", nginx.source ?? "distribution", [
        "distribution",
        "nginx.org",
        "container",
    ]);
    for (const kind of kinds) {
        for (const key of OF_SOURCE[kind]) {
            if (kind !== source && nginx[key] !== undefined)
                problems.add(`nginx.${key}`, `is only used with nginx.source ${kind}`, nginx[key]);
        }
    }
    if (source === "nginx.org") return resolveNginxOrg(problems, nginx);
    if (source === "container") return resolveContainer(problems, nginx);
    return { kind: "distribution" };
}

function resolveContainer(problems: Problems, nginx: Partial<NginxInputs>): NginxModel["source"] {
    const container = settings(problems, "nginx.container", nginx.container);
    return {
        kind: "container",
        image: resolveImage(problems, container.image),
        runtime: oneOf(problems, "nginx.container.runtime", container.runtime ?? "podman", ["podman", "docker"]),
        user: text(
            problems,
            "nginx.container.user",
            container.user ?? "nginx",
            /^[a-z_][a-z0-9_-]{0,31}$/,
            "a Linux user name",
        ),
    };
}

function resolveImage(problems: Problems, given: string | undefined): string {
    // Longer than any, and what is read below would take its time over it.
    const image = typeof given === "string" && given.length <= 500 ? parseImage(given) : undefined;
    if (image !== undefined) return imageToRun(image);
    problems.add(
        "nginx.container.image",
        "must be an image with its registry and a tag or digest, such as docker.io/library/nginx@sha256:..., " +
            "of at most 500 characters",
        given ?? null,
    );
    return "";
}

function resolveNginxOrg(problems: Problems, nginx: Partial<NginxInputs>): NginxModel["source"] {
    const fingerprints = list(
        problems,
        "nginx.signingKeyFingerprints",
        nginx.signingKeyFingerprints ?? NGINX_ORG_FINGERPRINTS,
    ).map((value, index) => fingerprint(problems, `nginx.signingKeyFingerprints[${index}]`, value));
    if (fingerprints.length === 0) problems.add("nginx.signingKeyFingerprints", "must name at least one key", []);
    distinct(
        problems,
        fingerprints.map((value, index) => ({ path: `nginx.signingKeyFingerprints[${index}]`, value })),
        "fingerprints",
    );
    return {
        kind: "nginx.org",
        channel: oneOf(problems, "nginx.channel", nginx.channel ?? "stable", ["stable", "mainline"]),
        repository: text(
            problems,
            "nginx.repository",
            nginx.repository ?? "https://nginx.org",
            /^https?:\/\/[A-Za-z0-9.:-]+(\/[A-Za-z0-9._~/-]*)?$/,
            "the address of nginx.org or of a mirror, such as https://nginx.org",
        ).replace(/\/+$/, ""),
        fingerprints: fingerprints.sort(),
    };
}

function fingerprint(problems: Problems, path: string, value: string): string {
    return text(problems, path, value, /^\s*([0-9A-Fa-f]\s*){40}$/, "a fingerprint of 40 hexadecimal digits")
        .replace(/\s/g, "")
        .toUpperCase();
}
