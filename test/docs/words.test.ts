/** Words that CONTRIBUTING's glossary has replaced do not come back. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";

/** Each with what is used instead. */
const RETIRED: [RegExp, string][] = [
    [/hand-?over\b|handOver/i, "switchover"],
    [/\bgentle\b/i, "graceful"],
    [/followProxy/, "trackProxy"],
    [/upgradePackages/, "packageUpgradeTrigger"],
    [/\brepair:/, "repairTrigger:"],
    [/AccessOutput/, "InspectionOutput"],
    [/\bTLS ends\b/i, "TLS termination"],
    [/\btwo hold it\b|double.hold|doubleHeld/i, "split-brain"],
    [/it is not so that/i, "Check failed: ..."],
    [/\ball is well\b|\bunwell\b|\bnot well\b/i, "healthy, unhealthy"],
    [/kube_api.well|wellUpstream/, "healthy"],
    [/leastPreferredFirst/, "rolloutOrder"],
    [/\bAPI double\b|\bProxmox double\b|\bthe double\b/i, "fake Proxmox"],
    [/\bput_back\b|\btake_up_interrupted\b/, "rollback, resume_interrupted"],
    [/\b(vip|host)?holders?(At|Of|Is)?\b|(two|resting)Holders?/i, "master; the host that holds the VIP"],
    [/\banew\b/i, "again, from scratch"],
    [/\blook(ed|s)? at\b.{0,20}\bhosts?\b|hosts? .{0,20}looked at/i, "inspect"],
    [/\bsaid ?[:=]|\.said\b|\{ said/, "output"],
    [/\bseats?\b|\boccupants?\b|\bseat(Daemon|Plug|Address)\b|\bplugOf\b|\bplugsOf\b/i, "slot, veth"],
    [/\bleast - most\b|"least"|"most"|\| least \| most \|/, "min, max"],
    [/least preferred/i, "lowest priority"],
];

/** History stays as it was written; the guides' own files are as their authors print them. */
const EXCEPT =
    /^(CHANGELOG\.md|docs\/(decisions|benchmarks)\/|package-lock\.json|test\/docs\/words\.test\.ts|CONTRIBUTING\.md)|\/setups\/(guide-|kubeadm)|toolchain\/go\//;

/** A decision record keeps the name it was given. */
const LINKS = /decisions\/[a-z0-9-]+\.md/g;

describe("the field's words", () => {
    const files = execFileSync("git", ["ls-files"], { cwd: projectFolder, encoding: "utf8" })
        .split("\n")
        .filter((file) => /\.(ts|cjs|mjs|md|sh|pl|pm|yaml|yml|conf|cfg|service|txt)$/.test(file) && !EXCEPT.test(file));

    for (const [retired, instead] of RETIRED) {
        it(`are used: "${instead}", and not what matches ${retired.source}`, () => {
            const found = files.flatMap((file) =>
                readFileSync(join(projectFolder, file), "utf8")
                    .split("\n")
                    .flatMap((line, index) =>
                        retired.test(line.replace(LINKS, "")) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
                    ),
            );
            assert.deepEqual(found, []);
        });
    }
});
