// Entry of every npm script: makes sure the node packages are there, then runs the TypeScript program behind the
// script. Plain JavaScript without dependencies, because on a fresh clone there is nothing else yet.
const { spawnSync } = require("node:child_process");
const { join } = require("node:path");
const { installPackages } = require("./packages.cjs");

/** 1 is for programs that ran, and found something. */
const COULD_NOT_RUN = 2;
const root = join(__dirname, "..");
const programs = {
    lab: ["proving-ground/lab/main.ts"],
    check: ["tools/check/main.ts"],
    format: ["tools/check/format.ts"],
    generate: ["tools/generate/main.ts"],
    test: ["test/run.ts"],
    bench: ["proving-ground/bench/main.ts"],
    "docs:site": ["tools/site/main.ts"],
    drift: ["cli/main.ts", "drift"],
    drill: ["cli/main.ts", "drill"],
    kubeconfig: ["cli/main.ts", "kubeconfig"],
    "preview:comment": ["cli/main.ts", "preview:comment"],
    "preview:compare": ["cli/main.ts", "preview:compare"],
    "release:check": ["tools/release/main.ts"],
    "schema:compare": ["tools/schema/main.ts"],
    status: ["cli/main.ts", "status"],
    validate: ["cli/main.ts", "validate"],
};

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node.js ${process.versions.node} is too old: install 20.19 or newer and run again.`);
    process.exit(COULD_NOT_RUN);
}
try {
    installPackages(root, "install node packages");
} catch (error) {
    console.error(error.message);
    process.exit(COULD_NOT_RUN);
}
const [command, ...args] = process.argv.slice(2);
// Control-C reaches the program too, which may have something to put right before it ends: this process waits for it.
process.on("SIGINT", () => undefined);
const result = spawnSync(process.execPath, ["--import", "tsx", ...programs[command], ...args], {
    cwd: root,
    stdio: "inherit",
});
process.exit(result.status ?? COULD_NOT_RUN);
