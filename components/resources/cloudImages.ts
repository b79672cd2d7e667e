/** The cloud images that VMs are made from, downloaded by Proxmox itself. */
import * as proxmox from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs, ImageArgs } from "../inputs";
import type { ImageModel, Model } from "../model/model";
import { virtualMachineOf } from "../model/hostOf";
import { plainSettings } from "./plainSettings";

/** In the place of a node's name, which has no such sign. */
const SHARED = "@shared";

/**
 * Names of images as Proxmox knows them, by the host's name. One download for each node and image, or of one that the
 * nodes share, whichever hosts use it.
 */
export function cloudImages(
    name: string,
    args: HaApiLoadBalancerArgs,
    model: pulumi.Output<Model>,
    parent: pulumi.Resource,
): Map<string, pulumi.Output<string>> {
    const downloads = new Map<string, { image: ImageArgs; file: proxmox.download.File }[]>();
    const byHost = new Map<string, pulumi.Output<string>>();
    for (const host of args.hosts) {
        const own = host.virtualMachine;
        if (own === undefined || own.template !== undefined) continue;
        const setting = plainSettings(args, host);
        const [image, node] = [setting("image"), setting("node")];
        if (image === undefined || node === undefined) continue;
        if (image.volumeId !== undefined) {
            byHost.set(host.name, pulumi.output(image.volumeId));
            continue;
        }
        const place = image.shared === true ? SHARED : node;
        const onNode = downloads.get(place) ?? [];
        let download = onNode.find((known) => isSameImage(known.image, image));
        if (download === undefined) {
            // No node has such a name, as one called pve1-2 would have it.
            const suffix = onNode.length === 0 ? "" : `@${onNode.length + 1}`;
            const source = model.apply(
                (known) => virtualMachineOf(known, host.name).virtualMachine.source as { kind: "image" } & ImageModel,
            );
            // Whichever node downloads what they share: another one is no reason to do it again.
            const options = image.shared === true ? { parent, ignoreChanges: ["nodeName"] } : { parent };
            download = { image, file: cloudImage(`${name}-image-${place}${suffix}`, node, source, options) };
            downloads.set(place, [...onNode, download]);
        }
        byHost.set(host.name, download.file.id);
    }
    return byHost;
}

/** Hosts may share one description of an image or each have its own: what counts is what it says. */
function isSameImage(one: ImageArgs, other: ImageArgs): boolean {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof ImageArgs>;
    return [...keys].every((key) => one[key] === other[key]);
}

function cloudImage(
    name: string,
    node: string,
    image: pulumi.Output<ImageModel>,
    options: pulumi.CustomResourceOptions,
): proxmox.download.File {
    return new proxmox.download.File(
        name,
        {
            nodeName: node,
            datastoreId: image.datastore,
            contentType: "import",
            url: image.apply(({ url }) => url!),
            fileName: image.fileName,
            checksum: image.apply(({ checksum }) => checksum!),
            checksumAlgorithm: image.checksumAlgorithm,
            // The checksum says what the file is; nothing is fetched again because an upstream changed.
            overwrite: false,
            // Undefined leaves them to the provider.
            uploadTimeout: image.apply(({ downloadTimeout }) => downloadTimeout!),
            verify: image.apply(({ verifyCertificate }) => verifyCertificate!),
        },
        options,
    );
}
