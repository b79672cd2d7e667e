/** nginx's own settings: where it comes from, and its limits. */
import { containerSpec, nginxSpec } from "../inputs/nginx";
import { isGroup } from "../spec/checks";
import type { Problems } from "../spec/problems";
import { resolveGroup } from "../spec/resolve";
import type { FilledOf } from "../spec/types";
import { imageToRun, parseImage } from "./containerImage";
import { settingsOf } from "./engines";
import type { NginxInputs } from "./inputs";
import type { Model, NginxModel, SourceInputs } from "./model";

/** The three keys nginx.org publishes at /keys/nginx_signing.key (its installation guide, read 2024-05 and later). */
export const NGINX_ORG_FINGERPRINTS = [
    "573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62",
    "8540A6F18833A80E9C1653A42FD21310B49F6B46",
    "9E9BE90EACBCDE69FE9B204CBCDCD8A38D88A2B3",
];

/** Inputs that belong to one source only. */
export const OF_SOURCE: Record<NginxModel["source"]["kind"], (keyof NginxInputs)[]> = {
    distribution: [],
    "nginx.org": ["channel", "repository", "signingKeyFingerprints"],
    container: ["container"],
};

export function resolveNginx(problems: Problems, given: NginxInputs | undefined, engine: Model["engine"]): NginxModel {
    const nginx = resolveGroup(problems, "nginx", nginxSpec, ofSource(settingsOf("nginx", given, engine)));
    const { source, channel, repository, signingKeyFingerprints, container, ...settings } = nginx;
    const origin = { source, channel, repository, signingKeyFingerprints, container };
    return { ...settings, source: resolveSource(problems, origin) };
}

/** Without what is for another source: a rule says so, and nothing else about it. */
function ofSource(given: unknown): unknown {
    if (!isGroup(given)) return given;
    const { source = "distribution" } = given as NginxInputs;
    const others = Object.entries(OF_SOURCE).flatMap(([kind, keys]) => (kind === source ? [] : keys));
    return Object.fromEntries(Object.entries(given).filter(([key]) => !(others as string[]).includes(key)));
}

type Origin = Pick<FilledOf<typeof nginxSpec>, SourceInputs>;

function resolveSource(problems: Problems, nginx: Origin): NginxModel["source"] {
    if (nginx.source === "nginx.org") return resolveNginxOrg(problems, nginx);
    if (nginx.source === "distribution") return { kind: "distribution" };
    const container = nginx.container ?? resolveGroup(problems, "nginx.container", containerSpec, {});
    return { ...container, kind: "container", image: resolveImage(problems, container.image) };
}

function resolveImage(problems: Problems, given: unknown): string {
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

function resolveNginxOrg(problems: Problems, nginx: Origin): NginxModel["source"] {
    const path = "nginx.signingKeyFingerprints";
    const fingerprints = nginx.signingKeyFingerprints ?? NGINX_ORG_FINGERPRINTS;
    if (fingerprints.length === 0) problems.add(path, "must name at least one key", []);
    return {
        kind: "nginx.org",
        channel: nginx.channel,
        repository: nginx.repository,
        fingerprints: [...fingerprints].sort(),
    };
}
