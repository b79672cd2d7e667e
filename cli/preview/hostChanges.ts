/** What a preview does to each host of each load balancer in it. */
import { COMPONENT, type Part, partOf } from "../../components/resources/names";
import { partsOfUrn } from "../../components/text/urn";
import { type Manifest, readManifest } from "./manifest";
import { changes, type Preview, type State, type Step, textInput } from "./previewJson";
import type { Effect } from "./risk";
import { changedPaths, serviceEffects } from "./serviceEffects";
import { virtualMachineEffects } from "./virtualMachineEffects";

export interface FileChange {
    path: string;
    /** Absent for a file that was not there. */
    before?: string;
    /** Absent for a file that goes. */
    after?: string;
    /** Octal permissions, where they differ. */
    mode?: { before: string; after: string };
}

export interface HostChange {
    /** Name of the load balancer. */
    balancer: string;
    host: string;
    /** Whether there was no such host before. */
    isNew: boolean;
    effects: Effect[];
    files: FileChange[];
}

export interface Changes {
    /** In the order in which it goes from host to host. */
    hosts: HostChange[];
    /** Steps that belong to no host. */
    others: Step[];
}

export function changesOf(preview: Preview): Changes {
    const hosts = new Map<string, { balancer: string; host: string; steps: Partial<Record<Part, Step>> }>();
    const others: Step[] = [];
    for (const step of changes(preview)) {
        const place = placeOf(step);
        if (place === undefined) {
            others.push(step);
            continue;
        }
        const { balancer, host, part } = place;
        const key = JSON.stringify([balancer, host]);
        const known = hosts.get(key) ?? { balancer, host, steps: {} };
        known.steps[part] = step;
        hosts.set(key, known);
    }
    return {
        hosts: [...hosts.values()].map(({ balancer, host, steps }) => ({
            balancer,
            host,
            isNew: steps.configuration?.op === "create" && (steps.vm === undefined || steps.vm.op === "create"),
            effects: effectsOf(steps),
            files: filesOf(steps),
        })),
        others,
    };
}

/** Undefined for what belongs to no host. */
export function placeOf(step: Step): { balancer: string; host: string; part: Part } | undefined {
    const state = step.newState ?? step.oldState;
    const { parent } = state ?? {};
    if (state == null || parent === undefined) return undefined;
    const { type, name: balancer } = partsOfUrn(parent);
    if (type !== COMPONENT) return undefined;
    const place = partOf(state.type, partsOfUrn(step.urn).name, balancer);
    return place === undefined ? undefined : { balancer, ...place };
}

type Steps = Partial<Record<Part, Step>>;

function effectsOf(steps: Steps): Effect[] {
    const machine = steps.vm === undefined ? [] : virtualMachineEffects(steps.vm);
    // What follows from that is not listed again.
    if (steps.vm !== undefined && steps.vm.op !== "update") return machine;
    return [
        ...machine,
        ...readyEffects(steps.ready),
        ...packagesEffects(steps.packages),
        ...credentialsEffects(steps.credentials),
        ...configurationEffects(steps),
    ];
}

function readyEffects(step: Step | undefined): Effect[] {
    if (step === undefined || step.op === "delete") return [];
    if (step.op === "create") return [{ risk: "inPlace", text: "first contact" }];
    return [{ risk: "inPlace", text: "first contact made again" }];
}

/** The packages step is also what undoes all of it when a host leaves. */
function packagesEffects(step: Step | undefined): Effect[] {
    if (step === undefined) return [];
    if (step.op === "delete") return [{ risk: "removed", text: "host REMOVED: put back as it was found" }];
    if (!sendsAnew(step)) return [{ risk: "inPlace", text: "packages checked again" }];
    const [before, after] = [packagesIn(step.oldState), packagesIn(step.newState)];
    const added = after.filter((name) => !before.includes(name)).map((name) => `+${name}`);
    const gone = before.filter((name) => !after.includes(name)).map((name) => `-${name}`);
    const difference = [...added, ...gone].join(" ");
    return [{ risk: "inPlace", text: difference === "" ? "programs of ours renewed" : `packages: ${difference}` }];
}

/** Whether what is sent to the host is other than before, and not only the way to it. */
function sendsAnew({ op, diffReasons }: Step): boolean {
    return op !== "update" || diffReasons == null || diffReasons.some((name) => name === "stdin" || name === "create");
}

function packagesIn(state: State | null | undefined): string[] {
    const [, words = ""] = /^packages=\((.*)\)$/m.exec(textInput(state, "stdin") ?? "") ?? [];
    return words.split(" ").filter((word) => word !== "");
}

const CREDENTIALS = new Map([
    ["create", "credentials brought"],
    ["delete", "credentials forgotten"],
]);

function credentialsEffects(step: Step | undefined): Effect[] {
    if (step === undefined) return [];
    if (!sendsAnew(step)) return [{ risk: "inPlace", text: "credentials checked again" }];
    return [{ risk: "inPlace", text: CREDENTIALS.get(step.op) ?? "credentials renewed" }];
}

function configurationEffects(steps: Steps): Effect[] {
    const step = steps.configuration;
    if (step === undefined || step.op === "delete") return [];
    const change = manifestsOf(steps);
    if (change === undefined)
        return [
            {
                risk: "vipMoves",
                text:
                    "configuration changed in what is not shown, since an input is a secret: what it takes cannot " +
                    "be told, at most a restart of the proxy",
            },
        ];
    const effects = serviceEffects(change);
    if (effects.length > 0) return effects;
    const changed = changedPaths(change).size > 0;
    return [
        {
            risk: "inPlace",
            text: changed ? "files written" : "configuration checked again; edits made by hand are put back",
        },
    ];
}

/** Undefined where a manifest is secret, or of a version that is not known here. */
function manifestsOf({
    configuration,
    credentials,
}: Steps): { before: Manifest | undefined; after: Manifest; credentialsChange: boolean } | undefined {
    if (configuration === undefined) return undefined;
    const texts = [configuration.oldState, configuration.newState].map((state) => textInput(state, "stdin"));
    const [before, after] = texts.map((text) => (text === undefined ? undefined : readManifest(text)));
    if (after === undefined || (texts[0] !== undefined && before === undefined)) return undefined;
    return { before, after, credentialsChange: credentials !== undefined && sendsAnew(credentials) };
}

function filesOf(steps: Steps): FileChange[] {
    const change = manifestsOf(steps);
    if (change === undefined) return [];
    const { before, after } = change;
    return [...changedPaths({ before, after, credentialsChange: false })].map((path) => {
        const old = before?.files.find((file) => file.path === path);
        const now = after.files.find((file) => file.path === path);
        return {
            path,
            ...(old === undefined ? {} : { before: old.content }),
            ...(now === undefined ? {} : { after: now.content }),
            ...(old === undefined || now === undefined || old.mode === now.mode
                ? {}
                : { mode: { before: old.mode, after: now.mode } }),
        };
    });
}
