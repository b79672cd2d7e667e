/** `npm run validate`: what the daemons say of the files that a preview would bring to the hosts. */
import { commandLine } from "../../tools/commandLine";
import { flag, text } from "../../tools/options";
import { Finding, UserError } from "../../tools/run";
import { asJson, ofStack } from "../options";
import { maskFor } from "../preview/mask";
import { previewOf, runPreview } from "../preview/runPreview";
import { configurationsOf } from "./configurations";
import type { Place } from "./place";
import { type Result, resultsOf } from "./results";

const line = commandLine({
    call: "npm run validate --",
    about:
        "Has nginx, HAProxy and keepalived test the configuration that each host would get, before any host is " +
        "touched: with the daemons of this machine, which is not changed, or of a root file system or an image. " +
        "Runs as root, if need be by sudo.",
    options: {
        ...ofStack,
        folder: text("DIR", "where the program is, as pulumi's --cwd; without it the folder of this command"),
        from: text(
            "FILE",
            'what pulumi preview --json --show-sames printed, "-" for standard input; without it pulumi is run',
        ),
        root: text("DIR", "a root file system with the daemons, which is not changed; without it this machine's"),
        container: text("IMAGE", "an image with the daemons, for docker or podman; without it none is used"),
        "in-place": flag("writes to this machine itself: for a container that is thrown away after the job"),
        ...asJson,
    },
    clash: ({ root, container, "in-place": inPlace, from, folder }) => [
        ...([root !== undefined, container !== undefined, inPlace].filter(Boolean).length > 1
            ? ["--root, --container and --in-place exclude each other"]
            : []),
        ...(from !== undefined && folder !== undefined
            ? ["--folder is for a preview that is run, not one --from FILE"]
            : []),
    ],
    statuses: {
        0: "every daemon accepts its configuration on every host",
        1: "one does not, and it says why; or the preview failed",
        2: "it could not run, or was used wrongly, or a daemon is not there",
    },
    examples: ["npm run validate -- --stack prod", "npm run validate -- --from preview.json --in-place"],
});

export async function validate(words: string[]): Promise<void> {
    const options = line.read(words);
    const run =
        options.from === undefined
            ? await runPreview({ stack: options.stack, folder: options.folder, same: true })
            : await previewOf(options.from);
    const mask = maskFor(process.env);
    if (run.failed) throw new Finding(mask(`The preview failed:\n  - ${run.preview.problems.join("\n  - ")}`));
    const { hosts, secret } = configurationsOf(run.preview);
    if (secret.length > 0)
        throw new UserError(
            `The configuration of ${secret.join(", ")} is a secret, since an input is marked as one: it cannot be ` +
                "tested here.",
        );
    if (hosts.length === 0)
        throw new UserError(
            "The preview holds no configuration of a host: one that was printed without --show-sames holds only what " +
                "changes.",
        );
    const place: Place = {
        inPlace: options["in-place"],
        ...(options.root === undefined ? {} : { root: options.root }),
        ...(options.container === undefined ? {} : { container: options.container }),
    };
    const results: Result[] = [];
    for (const host of hosts) results.push(...(await resultsOf(host, place)));
    process.stdout.write(options.json ? `${JSON.stringify(results, undefined, 2)}\n` : mask(textOf(results)));
    process.exitCode = exitCodeOf(results);
}

function exitCodeOf(results: Result[]): number {
    const any = (wanted: Result["verdict"]): boolean => results.some(({ verdict }) => verdict === wanted);
    if (any("refused")) return 1;
    return any("missing") ? 2 : 0;
}

/** Debian's packages with the daemons. */
const PACKAGES: Record<string, string> = {
    nginx: "nginx libnginx-mod-stream",
    haproxy: "haproxy",
    keepalived: "keepalived",
};

export function textOf(results: Result[]): string {
    const missing = [...new Set(results.filter(({ verdict }) => verdict === "missing").map(({ program }) => program))];
    const packages = missing.map((program) => PACKAGES[program] ?? program).join(" ");
    return [
        ...results.flatMap(({ host, service, verdict, program, output }) => {
            if (verdict === "missing") return [`${host}: ${service} was not tested: there is no ${program} here`];
            if (verdict === "accepted") return [`${host}: ${service} accepts its configuration`];
            return [`${host}: ${service} REFUSES its configuration:`, ...output.map((words) => `    ${words}`)];
        }),
        ...(missing.length === 0
            ? []
            : [
                  "",
                  "Install what is missing, on Debian or Ubuntu without starting it:",
                  "  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d",
                  `  apt-get update && apt-get install --yes --no-install-recommends ${packages}`,
                  "  rm /usr/sbin/policy-rc.d",
                  "or name a place that has it, with --root DIR or --container IMAGE.",
              ]),
        "",
    ].join("\n");
}
