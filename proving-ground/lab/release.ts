/** Which Debian a machine of the lab runs. */
import { join } from "node:path";
import { UserError } from "../../tools/run";
import { readIfThere, writeAtomically } from "./files";
import { type LabInstance } from "./instance";

/** Debian's releases that the product is tried on, the stable one first. */
export const RELEASES = ["13", "12"] as const;
export type Release = (typeof RELEASES)[number];

/** What a lab runs by default. */
export const DEFAULT_RELEASE: Release = "13";

/** The release that was asked for, e.g. "12"; the error lists which there are. */
export function parseRelease(text: string): Release {
    const release = RELEASES.find((each) => each === text);
    if (release === undefined)
        throw new UserError(`There is no release "${text}" in the lab; there are: ${RELEASES.join(", ")} (of Debian).`);
    return release;
}

/**
 * Name of the root file system of a release's machines; `needrestart`: those on which services are restarted after
 * every run of apt.
 */
export const imageOf = (release: Release, variant?: "needrestart"): string =>
    `debian-${release}${variant === undefined ? "" : `-${variant}`}`;

/**
 * The lab's templates by VM id. The first, which the lab's own stack and its tests name, is of the release the lab was
 * made with; the second is of the other one, for a host that is to differ.
 */
export function templates(release: Release = DEFAULT_RELEASE): { vmId: number; release: Release }[] {
    return [release, ...RELEASES.filter((each) => each !== release)].map((each, index) => ({
        vmId: 9000 + index,
        release: each,
    }));
}

const fileOf = (instance: LabInstance): string => join(instance.directory, "release");

/** What the lab was made with; the default where there is none. */
export async function releaseOf(instance: LabInstance): Promise<Release> {
    const text = (await readIfThere(fileOf(instance)))?.trim();
    return text === undefined ? (instance.release ?? DEFAULT_RELEASE) : parseRelease(text);
}

/**
 * What a start makes the lab with. A lab that is there has machines of its release: asked for another one, this says
 * no.
 */
export async function chooseRelease(instance: LabInstance): Promise<Release> {
    const release = await releaseOf(instance);
    if (instance.release !== undefined && instance.release !== release) {
        throw new UserError(
            `The lab "${instance.name}" runs Debian ${release}, not ${instance.release}. Remove it first ` +
                `(${instance.name === "dev" ? "npm run lab:down" : "it goes with its tests"}).`,
        );
    }
    return release;
}

/** Makes it the lab's from now on. */
export async function keepRelease(instance: LabInstance, release: Release): Promise<void> {
    await writeAtomically(fileOf(instance), `${release}\n`);
}
