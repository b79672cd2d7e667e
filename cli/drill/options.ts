/** The arguments after `npm run drill --`. */
import { commandLine } from "../../tools/commandLine";
import { table } from "../../tools/help";
import { count, flag, repeatedChoice, text } from "../../tools/options";
import { ofStack, withKey } from "../options";
import { FAULTS } from "../../shared/faults/catalogue";
import type { Fault } from "../../shared/faults/fault";

export interface Options {
    stack?: string;
    /** Address of the VIP that the client uses; the first one without it. */
    vip?: string;
    /** In the order of the list, each once. */
    faults: Fault[];
    /** Whether they were named, one by one or all of them. */
    chosen: "graceful" | "named" | "all";
    runs: number;
    yes: boolean;
    dryRun: boolean;
    /** `-` is standard output. */
    json?: string;
    svg?: string;
    holdMs: number;
    kubeconfig?: string;
    ca?: string;
    identity?: string;
}

const texts = ["stack", "vip", "json", "svg", "kubeconfig", "ca", "identity"] as const;

const line = commandLine({
    call: "npm run drill --",
    about:
        "Breaks a healthy set-up on purpose, one fault at a time, watches through the VIP what clients " +
        "notice, waits until all is healthy again, and reports. " +
        "It shows what it will do, and asks first.",
    options: {
        ...ofStack,
        vip: text("ADDRESS", "of the VIP that the client uses, where there are several; without it the first"),
        fault: repeatedChoice(
            "NAME",
            "a fault of the list below; without it the graceful ones",
            FAULTS.map(({ name }) => name),
        ),
        "all-faults": flag("every fault that can be made here"),
        runs: count("N", "how often each is injected", { max: 100, otherwise: 1 }),
        hold: count("SECONDS", "how long a fault lasts that must be reverted", { min: 2, max: 60, otherwise: 6 }),
        "dry-run": flag("shows what would be done; no host is contacted"),
        yes: flag("does not ask"),
        json: text("FILE", 'where every figure goes, "-" is standard output; without it nowhere'),
        svg: text("FILE", "where a picture of each fault goes; without it nowhere"),
        kubeconfig: text("FILE", "whose user the watches are; without it the stack's own"),
        ca: text(
            "FILE",
            "who signed the certificate at the VIP; without it the kubeconfig's authority, else what is " +
                "shown at the start is pinned",
        ),
        ...withKey,
    },
    clash: (values) =>
        values.fault.length > 0 && values["all-faults"] ? ["--fault and --all-faults exclude each other"] : [],
    more: [
        "Faults, in the order they are injected:",
        ...table(
            FAULTS.map(({ name, inDefaultDrill, plan }) => [name, `${inDefaultDrill ? "(graceful) " : ""}${plan}`]),
        ),
    ].join("\n"),
    statuses: {
        0: "every fault was injected, and all went as it should; or a dry run",
        1: "something is not as it should be: the set-up before, during or after, or no fault can be injected here",
        2: "it could not run, was used wrongly, or was not confirmed; nothing was broken",
        130: "it was interrupted; what was broken is restored",
    },
    examples: [
        "npm run drill -- --dry-run",
        "npm run drill -- --fault host-powered-off --fault proxy-hung --svg drill.svg --json drill.json",
        "npm run drill -- --all-faults --runs 5 --yes",
    ],
});

export function readOptions(words: string[]): Options {
    const values = line.read(words);
    const some = values.fault.length > 0 ? "named" : "graceful";
    const chosen = values["all-faults"] ? "all" : some;
    const wanted = (fault: Fault): boolean =>
        chosen === "all" || (chosen === "named" ? values.fault.includes(fault.name) : fault.inDefaultDrill === true);
    return {
        faults: FAULTS.filter(wanted),
        chosen,
        runs: values.runs,
        holdMs: values.hold * 1000,
        yes: values.yes,
        dryRun: values["dry-run"],
        ...Object.fromEntries(texts.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]]))),
    };
}
