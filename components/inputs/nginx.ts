import type * as pulumi from "@pulumi/pulumi";
import { choice, group, integer, lines, list, parsed, text } from "../spec/kinds";
import { LINUX_USER } from "../spec/patterns";
import type { SpecOf } from "../spec/types";

/** Where nginx comes from. */
export const NginxSource = {
    /** The package of the host's own distribution. */
    Distribution: "distribution",
    /** The packages of nginx.org, or of a mirror of it. */
    NginxOrg: "nginx.org",
    /** A container image, run by Podman or Docker on the host's network under systemd. */
    Container: "container",
} as const;
/** Where nginx comes from. */
export type NginxSource = (typeof NginxSource)[keyof typeof NginxSource];

/** Which packages of nginx.org. */
export const NginxChannel = {
    /** Only critical fixes. */
    Stable: "stable",
    /** Newest features and all fixes. */
    Mainline: "mainline",
} as const;
/** Which packages of nginx.org. */
export type NginxChannel = (typeof NginxChannel)[keyof typeof NginxChannel];

/** nginx: where it comes from, and its own settings. */
export interface NginxArgs {
    /** distribution, nginx.org or container. Default: distribution. */
    source?: pulumi.Input<NginxSource>;
    /** stable or mainline; only with source nginx.org. Default: stable. */
    channel?: pulumi.Input<NginxChannel>;
    /** Address of nginx.org or of a mirror that is laid out like it. Default: https://nginx.org. */
    repository?: pulumi.Input<string>;
    /**
     * Fingerprints of exactly the keys the repository's key file must hold. Default: the three keys nginx.org
     * publishes.
     */
    signingKeyFingerprints?: pulumi.Input<pulumi.Input<string>[]>;
    /** The image and what runs it; needed with source container, and only used with it. */
    container?: ContainerArgs;
    /** Connections each worker may hold, both sides counted. Default: 32768. */
    workerConnections?: pulumi.Input<number>;
    /**
     * More directives for nginx's stream block (layer 4 and further listeners), one a line, such as "allow
     * 10.0.0.0/8;". Each host checks them before they are used.
     */
    extraConfiguration?: pulumi.Input<string>;
}

/** What runs containers. */
export const ContainerRuntime = {
    /** Podman, which needs no daemon. */
    Podman: "podman",
    /** Docker: the distribution's docker.io, or a docker command that is there already. */
    Docker: "docker",
} as const;
/** What runs containers. */
export type ContainerRuntime = (typeof ContainerRuntime)[keyof typeof ContainerRuntime];

/** nginx as a container. */
export interface ContainerArgs {
    /**
     * Reference of the image, best with its digest: docker.io/library/nginx@sha256:... The image must hold nginx with
     * its stream module.
     */
    image: pulumi.Input<string>;
    /** podman or docker; one that is on the host already is used as it is. Default: podman. */
    runtime?: pulumi.Input<ContainerRuntime>;
    /** User the image's nginx workers run as. Default: nginx. */
    user?: pulumi.Input<string>;
}

/** Limits and defaults of ContainerArgs. */
export const containerSpec = {
    image: parsed("an image with its registry and a tag or digest, of at most 500 characters"),
    runtime: choice(ContainerRuntime, { default: "podman" }),
    user: text(LINUX_USER, "a Linux user name", { default: "nginx" }),
} satisfies SpecOf<ContainerArgs>;

/** Limits and defaults of NginxArgs. */
export const nginxSpec = {
    source: choice(NginxSource, { default: "distribution", also: "engine nginx" }),
    channel: choice(NginxChannel, { default: "stable", also: "source nginx.org" }),
    repository: text(
        /^https?:\/\/[A-Za-z0-9.:-]+(\/[A-Za-z0-9._~/-]*)?$/,
        "the address of nginx.org or of a mirror, such as https://nginx.org",
        {
            default: "https://nginx.org",
            also: "source nginx.org",
            tidy: (address: string) => address.replace(/\/+$/, ""),
        },
    ),
    signingKeyFingerprints: list(
        text(/^\s*([0-9A-Fa-f]\s*){40}$/, "a fingerprint of 40 hexadecimal digits", {
            tidy: (fingerprint: string) => fingerprint.replace(/\s/g, "").toUpperCase(),
        }),
        { derived: "the three keys nginx.org publishes", also: "source nginx.org", distinct: "fingerprints" },
    ),
    container: group(containerSpec, { absent: "none" }),
    workerConnections: integer(512, 1048576, { default: 32768, also: "engine nginx" }),
    extraConfiguration: lines("nginx", { also: "engine nginx" }),
} satisfies SpecOf<NginxArgs>;
