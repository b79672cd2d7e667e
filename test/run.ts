/**
 * `npm test`: everything this machine can run, and a plain word on what it cannot.
 * `npm run test:unit`: the quick part, without root and without the lab. `npm run test:lab`: the lab alone;
 * with `-- --release 12` every machine in it runs Debian 12.
 * `npm run test:cluster`: the lab with real API servers, which must be built first; not part of `npm test`.
 * `npm run test:release`: what is tried before a release, and takes too long or needs too much for CI.
 * `npm run test:faults`: generated troubles, sick machines and random histories, and a table of what came of them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installDebianPackages, missingRequirements } from "../proving-ground/lab/lifecycle";
import { BROWSER, ensureImage, TESTING } from "../proving-ground/lab/hypervisor/image";
import { kubeadmFolders, kubernetesBinaries } from "../proving-ground/lab/kubernetes/binaries";
import { imageOf, RELEASES } from "../proving-ground/lab/release";
import { checkProject } from "../tools/check/project";
import { commandLine } from "../tools/commandLine";
import { main } from "../tools/main";
import { choiceOrNone, countOrNone, text } from "../tools/options";
import { duration, say } from "../tools/progress";
import { UserError } from "../tools/run";
import { ensureToolchain } from "../proving-ground/toolchain";
import type { Language } from "../proving-ground/toolchain/recipes/languages";
import { ensureLanguage } from "../proving-ground/toolchain/languages";
import { ALL, some } from "./breadth";
import { noCheckers, prepareCheckers } from "./checkers";
import { LANGUAGES } from "./examples/foreignPrograms";
import { TABLE, tableIn } from "./faults/table";
import { mixedPair } from "./lab/machines/support";
import { type LabOptions, runInLabs } from "./labSuites";
import { type Counts, mocha, specs, sum } from "./mocha";

/** Each layer is a folder or two; the lab's own order is: machines first, then the stacks that need them. */
const UNIT = [
    "test/components",
    "test/stack",
    "test/cli",
    "test/policy",
    "test/shared",
    "test/docs",
    "test/tools",
    "test/toolchain",
    "test/plugin-stand-ins",
    "test/bench",
    "test/faults",
    "test/lab/unit",
    "test/lab/proxmox",
];
/** Of these, those that mostly wait. */
const WAITING = [
    "test/components/host/",
    "test/plugin-stand-ins/",
    "test/cli/",
    "test/tools/",
    "test/faults/heldUpAnywhere",
    "test/faults/killedAnywhere",
    "test/faults/powerCut",
];
/** Debian packages that these need, by the program that shows that one is there. */
const UNIT_PACKAGES = { strace: "strace" };
const LAB = ["test/lab/machines", "test/lab/stack"];
/** With the real engine and plugins, and without a machine. */
const ENGINE = ["test/engine", "test/examples", "test/upgrade"];
/** Of these, those of which a release tries more: versions, and kinds of trouble. So does it of one in RELEASE. */
const BROADER = ["everySetting", "highAvailability", "sickCluster"].map((name) => `test/engine/${name}.test.ts`);
const CLUSTER = ["test/lab/kubernetes"];
/** Of what is generated, CI tries a part. */
const FAULTS = ["test/faults"];
const FAULTS_IN_LAB = ["test/lab/faults"];
/** Two hundred histories of a pair, on a busy day. */
const FAULTS_LIMIT_MS = 6 * 3_600_000;
/** What takes longer than CI has, or needs what not every machine can get. */
const RELEASE = [
    "test/release",
    ...["allowedClients", "container", "drill", "dualStack", "firewall", "givenBack", "severalVips", "threeHosts"].map(
        (name) => `test/lab/stack/${name}.test.ts`,
    ),
];

const PARTS = ["unit", "lab", "cluster", "release", "faults"];

const line = commandLine({
    call: "npm test --",
    about:
        "Runs this project's tests: everything this machine can run, and a plain word on what it cannot. `npm " +
        "run test:PART` runs one part.",
    options: {
        release: choiceOrNone(
            "N",
            "the Debian release of every machine; without it the newest, and pairs of both where the daemons matter",
            RELEASES,
        ),
        minutes: countOrNone(
            "N",
            "no further suite of the lab is begun after so many minutes, and those left are named as skipped; without it " +
                "all are run",
            { max: 1000 },
        ),
        "command-plugin": text(
            "FILE",
            "Pulumi's own command plugin, built or downloaded elsewhere, for the release tests that put it in the " +
                "stand-in's place; without it they are skipped",
        ),
    },
    names: {
        usage: "[PART]",
        about:
            "unit: without root and without the lab; lab: machines of a lab of its own; cluster: the same with " +
            "real API servers, which are built first; release: what is tried before a release; faults: generated " +
            "troubles, all of them",
        max: 1,
    },
    statuses: { 0: "no test failed; some may have been skipped", 1: "some failed" },
    examples: ["npm test", "npm run test:unit", "npm run test:lab -- --release 12"],
});

main(async () => {
    const {
        names: [only],
        release,
        minutes,
        "command-plugin": commandPlugin,
    } = line.read(process.argv.slice(2));
    // For the tests' machines: test/lab/machines/support.ts.
    if (release !== undefined) process.env["HA_API_TEST_RELEASE"] = release;
    // For test/release/officialPlugin.test.ts.
    if (commandPlugin !== undefined) process.env["HA_API_TEST_COMMAND_PLUGIN"] = commandPlugin;
    if (only !== undefined && !PARTS.includes(only))
        throw new UserError(`There is no part "${only}" of the tests; there are: ${PARTS.join(", ")}.`);
    const start = Date.now();
    const until = minutes === undefined ? undefined : start + minutes * 60_000;
    const counts: Counts[] = [];
    if (only === undefined) {
        counts.push(await check());
    }
    if (only === undefined || only === "unit") {
        const need = noCheckers();
        if (need === false) await prepareCheckers();
        else say(`\nTests that ask the real daemons are skipped: ${need}.`);
        say("\n== unit tests");
        counts.push(await unit());
    }
    if (only === undefined || only === "lab")
        counts.push(
            await lab("lab tests", {
                folders: LAB,
                beside: ENGINE,
                prepare: () => prepareLanguages(some(LANGUAGES)),
                until,
            }),
        );
    if (only === "release") {
        counts.push(await daemonsOfTesting());
        process.env[ALL] = "1";
        const suites = { folders: RELEASE, beside: BROADER, prepare: prepareRelease, until };
        counts.push(await lab("tests before a release", suites));
    }
    if (only === "cluster")
        counts.push(await lab("tests with real API servers", { folders: CLUSTER, prepare: kubernetesBinaries, until }));
    if (only === "faults") counts.push(await faults());
    const { passed, failed, skipped } = sum(counts);
    say(`\nTook ${duration(Date.now() - start)}.`);
    if (only === undefined) say("There is more, with real API servers: npm run test:cluster");
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    if (failed > 0) process.exitCode = 1;
});

/**
 * Those of the hosts' programs spend their time waiting, and the rest theirs computing: side by side, they take hardly
 * longer than one of both. The output of the first comes when it is through.
 */
async function unit(): Promise<Counts> {
    await prepareUnit();
    const all = await filesIn(UNIT);
    const waiting = all.filter((file) => WAITING.some((folder) => file.startsWith(folder)));
    const computing = all.filter((file) => !waiting.includes(file));
    const [beside, main] = await Promise.all([mocha(waiting, { keepOutput: true }), mocha(computing)]);
    say(beside.output.trimEnd());
    return sum([beside.counts, main.counts]);
}

async function prepareUnit(): Promise<void> {
    if (process.getuid?.() === 0) await installDebianPackages(UNIT_PACKAGES);
}

/** All cases, and the table of them. */
async function faults(): Promise<Counts> {
    await prepareUnit();
    const folder = await mkdtemp(join(tmpdir(), "ha-api-faults-"));
    const table = join(folder, "rows");
    Object.assign(process.env, { [ALL]: "1", [TABLE]: table });
    try {
        const { counts } = await mocha(await filesIn(FAULTS));
        const inLab = await lab("faults of machines", { folders: FAULTS_IN_LAB, limit: FAULTS_LIMIT_MS, again: false });
        say(`\n${(await tableIn(table)) ?? "No case was counted."}`);
        return sum([counts, inLab]);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** What `npm run check` does counts as one test: how many it would be is anybody's guess. */
async function check(): Promise<Counts> {
    say("\n== types, lint, format, generated files, programs for the hosts");
    try {
        await checkProject();
        return { passed: 1, failed: 0, skipped: 0 };
    } catch (error) {
        if (!(error instanceof UserError)) throw error;
        say(`\n  1 failing\n\n${error.message}`);
        return { passed: 0, failed: 1, skipped: 0 };
    }
}

/** What the daemons of the next Debian, as far as it is there, say of what is rendered. */
async function daemonsOfTesting(): Promise<Counts> {
    say("\n== rendered files, as the daemons of Debian testing see them");
    const { counts } = await mocha([join("test", "components", "render", "daemons.test.ts")], {
        env: { HA_API_TEST_CHECKERS: TESTING },
    });
    return counts;
}

async function prepareLanguages(languages: readonly Language[]): Promise<void> {
    for (const language of languages) await ensureLanguage(language);
}

async function prepareRelease(): Promise<void> {
    await Promise.all([kubeadmFolders(), prepareLanguages(LANGUAGES), ensureImage(BROWSER)]);
}

interface Suites extends LabOptions {
    folders: string[];
    /** Here folders too. */
    beside?: string[];
    /** Makes what they need besides the lab, so that no test has to wait for a build. */
    prepare?: () => Promise<unknown>;
}

/** Tests in labs of their own, and beside them those that need no machine. */
async function lab(title: string, { folders, beside = [], prepare, ...options }: Suites): Promise<Counts> {
    say("\n== lab");
    if (process.getuid?.() === 0) await installDebianPackages();
    const missing = await missingRequirements();
    const [files, withoutMachines] = await Promise.all([filesIn(folders), filesIn(beside)]);
    if (missing.length > 0) {
        say(`The lab's tests cannot run here:\n  ${missing.join("\n  ")}`);
        return { passed: 0, failed: 0, skipped: files.length + withoutMachines.length };
    }
    await Promise.all([
        ensureToolchain(),
        ...RELEASES.map((release) => ensureImage(imageOf(release))),
        ensureImage(imageOf(mixedPair[1], "needrestart")),
        prepare?.(),
    ]);
    say(`\n== ${title}`);
    return runInLabs(files, { ...options, beside: withoutMachines });
}

/** Of folders, or the files themselves. */
async function filesIn(places: string[]): Promise<string[]> {
    const files = places.map(async (place) => (place.endsWith(".test.ts") ? [place] : specs(place)));
    return (await Promise.all(files)).flat();
}
