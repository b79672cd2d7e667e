/** Versions that were released: their trees, from git, and the packages that they ship. */
import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { run, succeeds, UserError } from "../../tools/run";

export interface Version {
    version: string;
    /** Whose tree it is. */
    commit: string;
    /** Outputs of the component that a program exports, by the names that they have there. */
    outputs: readonly string[];
}

/** Versions from which one may upgrade. */
export const VERSIONS: readonly Version[] = [
    {
        version: "0.1.0",
        commit: "af8a78b8e2ab2325187cd247f40e393b96a62b97",
        outputs: ["vip", "hosts", "files", "access"],
    },
];

/** Outputs of this version. */
export const OUTPUTS = ["vip", "hosts", "files", "inspection"];

/** Writes the version's tree to `folder`, with this checkout's node packages, which have its compiler too. */
export async function checkOut(
    { version, commit }: Version,
    folder: string,
    repository: string = projectFolder,
): Promise<void> {
    const git = ["-C", repository];
    if (!(await succeeds("git", [...git, "cat-file", "-e", `${commit}^{commit}`]))) {
        const shallow = (await run("git", [...git, "rev-parse", "--is-shallow-repository"])).trim() === "true";
        throw new UserError(
            `Version ${version} cannot be tested: its commit ${commit} is not in ${repository}, which is ` +
                (shallow
                    ? "a shallow clone. Fetch the history: git fetch --unshallow; with actions/checkout fetch-depth: 0, " +
                      "in GitLab GIT_DEPTH: 0."
                    : "no clone of this project's history."),
        );
    }
    await mkdir(folder, { recursive: true });
    await run("bash", [
        "-euo",
        "pipefail",
        "-c",
        'git -C "$1" archive "$2" | tar -x -C "$3"',
        "bash",
        repository,
        commit,
        folder,
    ]);
    await linkPackages(folder);
}

/** With them nothing is installed when the package is built. */
export async function linkPackages(folder: string): Promise<void> {
    await symlink(join(projectFolder, "node_modules"), join(folder, "node_modules"));
}

/** Runs `npm pack` in a version's tree, and returns where the file is that is handed on. */
export async function packed(tree: string): Promise<string> {
    await run("npm", ["pack", "--loglevel=error"], { cwd: tree });
    const [file] = (await readdir(tree)).filter((name) => name.endsWith(".tgz"));
    return join(tree, file!);
}
