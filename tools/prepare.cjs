// npm's `prepare`: builds the package. npm runs it after `npm ci` in the clone, before `npm pack`,
// and in the clone when another program installs it from there. In the last two cases a fresh clone has no compiler
// yet, so its packages are installed first. Plain JavaScript without dependencies, because on a fresh clone there is
// nothing else.
const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const npm = (args) => {
    const { status, error } = spawnSync("npm", args, { cwd: root, stdio: "inherit" });
    if (error !== undefined) console.error(`npm cannot be run: ${error.message}`);
    if (status !== 0) process.exit(status ?? 1);
};

if (!existsSync(join(root, "node_modules", "typescript", "bin", "tsc"))) {
    // npm hands its own options down by the environment; those given here win. Without scripts, since `prepare` would
    // be one of them.
    npm([
        "ci",
        "--ignore-scripts",
        "--include=dev",
        "--global=false",
        "--dry-run=false",
        "--package-lock=true",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
}
npm(["run", "--silent", "build"]);
