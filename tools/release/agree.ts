/** What the files of a release say of its version, and where they do not agree. */

import { isDeepStrictEqual } from "node:util";

/** A checkout, and what is known besides. */
export interface Checkout {
    read: (path: string) => string;
    exists: (path: string) => boolean;
    /** Versions from which a lab test upgrades. */
    upgradedFrom: readonly string[];
    /** Names of stacks whose states are recorded. */
    stacks: readonly string[];
}

/** What npm copies from package.json into the lock file. */
interface Manifest {
    version: string;
    bin?: object;
    engines?: object;
    dependencies?: object;
    devDependencies?: object;
}

const CHANGES = "CHANGELOG.md";
const PAGE = "docs/own-program.md";
const recorded = (version: string): string => `test/upgrade/recorded/${version}`;
const versionIn = ({ read }: Checkout, path: string): string => (JSON.parse(read(path)) as { version: string }).version;

/** Of any commit: each says in one sentence what differs, and where. */
export function disagreements(checkout: Checkout): string[] {
    const version = versionIn(checkout, "package.json");
    return [
        ...otherVersions(checkout, version),
        ...namesOfThePackedFile(checkout, version),
        ...changelog(checkout, version),
        ...recordedStates(checkout, version),
        ...formerVersions(checkout, version),
    ];
}

/** Of the commit that is released, besides. */
export function unfinished(checkout: Checkout): string[] {
    const { read } = checkout;
    const version = versionIn(checkout, "package.json");
    const [, unreleased = ""] = /^## \[Unreleased\]\n([^]*?)(?=^## )/m.exec(read(CHANGES)) ?? [];
    const expected = `${recorded(version)}/expected.json`;
    return [
        ...(unreleased.trim() === ""
            ? []
            : [`${CHANGES} has lines under [Unreleased]: they belong to ${version}, or to the version after it`]),
        ...(read("schema.json") === read("tools/schema/released.json")
            ? []
            : ["tools/schema/released.json is not this schema: cp schema.json tools/schema/released.json"]),
        ...(isLocked(checkout)
            ? []
            : ["package-lock.json is not what npm makes of package.json: npm install --package-lock-only"]),
        ...(checkout.exists(expected) && read(expected).trim() !== "[]"
            ? [`${expected} lists differences, so the states are of an older program: record them again`]
            : []),
    ];
}

function isLocked({ read }: Checkout): boolean {
    const manifest = JSON.parse(read("package.json")) as Manifest;
    const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, Manifest> };
    const names = ["bin", "engines", "dependencies", "devDependencies"] as const;
    return names.every((name) => isDeepStrictEqual(lock.packages[""]?.[name], manifest[name]));
}

function otherVersions(checkout: Checkout, version: string): string[] {
    const lock = JSON.parse(checkout.read("package-lock.json")) as {
        version: string;
        packages: Record<string, { version?: string }>;
    };
    const others: [where: string, there: string | undefined][] = [
        ["policy/package.json", versionIn(checkout, "policy/package.json")],
        ["package-lock.json", lock.version],
        ['package-lock.json, packages[""]', lock.packages[""]?.version],
        ["schema.json (npm run generate)", versionIn(checkout, "schema.json")],
    ];
    return others
        .filter(([, there]) => there !== version)
        .map(([where, there]) => `${where} has the version ${there}, package.json has ${version}`);
}

function namesOfThePackedFile({ read }: Checkout, version: string): string[] {
    const named = [...read(PAGE).matchAll(/ha-api-load-balancer-(\d[^/\s`]*)\.tgz/g)].map(([, each]) => each!);
    return [...new Set(named)]
        .filter((each) => each !== version)
        .map((each) => `${PAGE} names the packed file of ${each}, npm pack makes that of ${version}`);
}

function changelog({ read }: Checkout, version: string): string[] {
    const first = releases(read)[0];
    return first === version ? [] : [`the newest version of ${CHANGES} is ${first}, package.json has ${version}`];
}

/** Newest first; a heading without a date is none. */
const releases = (read: Checkout["read"]): string[] =>
    [...read(CHANGES).matchAll(/^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$/gm)].map(([, version]) => version!);

function recordedStates({ exists, stacks }: Checkout, version: string): string[] {
    const files = ["expected", "texts", ...stacks].map((name) => `${recorded(version)}/${name}.json`);
    return files
        .filter((file) => !exists(file))
        .map((file) => `${file} is missing: npx tsx test/upgrade/record.ts ${version}, as root`);
}

/** From each of them one must be able to come, by a tested way. */
function formerVersions({ read, exists, upgradedFrom }: Checkout, version: string): string[] {
    return releases(read)
        .filter((former) => former !== version)
        .flatMap((former) => [
            ...(upgradedFrom.includes(former) ? [] : [`test/upgrade/versions.ts has no commit of ${former}`]),
            ...(exists(recorded(former)) ? [] : [`${recorded(former)} is missing`]),
            ...(read("docs/support.md").includes(`| ${former} | ${version} |`)
                ? []
                : [`docs/support.md does not say how the upgrade from ${former} to ${version} is tested`]),
        ]);
}
