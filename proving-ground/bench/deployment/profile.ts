import { UserError } from "../../../tools/run";

/** Seconds of the task "Packages", by the summary of Ansible's own profile_tasks. */
export function packageSeconds(output: string): number {
    const seconds = /^Packages -+ ([\d.]+)s$/m.exec(output)?.[1];
    if (seconds === undefined)
        throw new UserError(
            `Ansible did not report how long the task "Packages" took:\n${output.split("\n").slice(-30).join("\n")}`,
        );
    return Number(seconds);
}

/** The part of a Pulumi state that tells when each step ended. */
export interface State {
    checkpoint: { latest: { resources?: { urn: string; created?: string }[] } };
}

/**
 * Milliseconds from when the first host could be reached until the last one had its packages: the package steps of
 * hosts run side by side, each directly after its host's first contact.
 */
export function packageStep(state: State): number {
    const ended = (step: string): number[] =>
        (state.checkpoint.latest.resources ?? []).flatMap(({ urn, created }) =>
            urn.endsWith(`-${step}`) && created !== undefined ? [Date.parse(created)] : [],
        );
    return Math.max(...ended("packages")) - Math.min(...ended("ready"));
}
