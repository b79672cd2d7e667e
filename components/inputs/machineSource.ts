/** What a VM is made of. */
import type * as pulumi from "@pulumi/pulumi";
import { boolean, integer, parsed, plain, text } from "../spec/kinds";
import { PROXMOX_NAME } from "../spec/patterns";
import type { SpecOf } from "../spec/types";

/** A template VM to clone. */
export interface TemplateArgs {
    /** VM id of the template. */
    vmId: pulumi.Input<number>;
    /** Node the template is on. Default: the VM's own node. */
    node?: pulumi.Input<string>;
    /**
     * Clone in a moment, by a disk that holds only what differs from the template's, on the template's own storage. The
     * template must then stay. A change replaces the VM. Default: false.
     */
    linked?: pulumi.Input<boolean>;
}

/**
 * A cloud image: downloaded by Proxmox itself from `url` and checked against its checksum, or one that is on a storage
 * already. Give either url and checksum or volumeId.
 */
export interface ImageArgs {
    /** Address of the image. Use one that never changes (a dated build, not latest). */
    url?: pulumi.Input<string>;
    /** Checksum of the file, in hexadecimal. */
    checksum?: pulumi.Input<string>;
    /**
     * An image that the VM's node has already, by the name Proxmox gives it: local:import/debian-13.qcow2. Nothing is
     * downloaded then, and nothing removed.
     */
    volumeId?: string;
    /** Checksum algorithm: sha256, sha512, ... Default: sha256. */
    checksumAlgorithm?: pulumi.Input<string>;
    /**
     * Name the file gets; must end in .qcow2, .raw or .vmdk. Default: the last part of the address, with .img made
     * .qcow2.
     */
    fileName?: pulumi.Input<string>;
    /** Storage with content type import that receives the file. Default: local. */
    datastore?: pulumi.Input<string>;
    /**
     * The nodes share that storage: the image is downloaded once, and is one file for all hosts. Without it each node's
     * download would own the file, and remove it from under the others. Default: false.
     */
    shared?: boolean;
    /** Seconds the download may take. Default: 600. */
    downloadTimeout?: pulumi.Input<number>;
    /** Have the node check the certificate of the address. The checksum is checked in any case. Default: true. */
    verifyCertificate?: pulumi.Input<boolean>;
}

/** Limits and defaults of TemplateArgs. */
export const templateSpec = {
    vmId: integer(100, 999999999),
    node: text(PROXMOX_NAME, "the name of a Proxmox node", { derived: "the VM's own node" }),
    linked: boolean({ default: false }),
} satisfies SpecOf<TemplateArgs>;

const IMAGE_VOLUME = "an image on a storage as Proxmox names it: local:import/debian-13.qcow2";

/** Limits and defaults of ImageArgs. */
export const imageSpec = {
    url: text(/^https?:\/\/[^\s?#]+\/[^\s/?#]+$/, "the http or https address of a file", {
        absent: "this or volumeId is required",
    }),
    checksum: parsed("a checksum in hexadecimal, with as many digits as its algorithm has", {
        absent: "required with url",
    }),
    volumeId: plain(
        text(/^[A-Za-z][A-Za-z0-9._-]*:import\/[A-Za-z0-9_.+=~-]+\.(qcow2|raw|vmdk)$/, IMAGE_VOLUME, {
            absent: "this or url is required",
        }),
    ),
    checksumAlgorithm: text(/^(md5|sha1|sha224|sha256|sha384|sha512)$/, "md5, sha1, sha224, sha256, sha384 or sha512", {
        default: "sha256",
    }),
    fileName: text(/^[A-Za-z0-9][A-Za-z0-9._-]*\.(qcow2|raw|vmdk)$/, "a file name that ends in .qcow2, .raw or .vmdk", {
        derived: "the last part of the address, with .img made .qcow2",
    }),
    datastore: text(PROXMOX_NAME, "the name of a Proxmox storage", { default: "local" }),
    shared: plain(boolean({ default: false })),
    downloadTimeout: integer(60, 86400, { absent: "600", unit: "seconds" }),
    verifyCertificate: boolean({ absent: "true" }),
} satisfies SpecOf<ImageArgs>;
