// Entry of every npm script: makes sure the node packages are there, then runs the TypeScript program behind the
// script. Plain JavaScript without dependencies, because on a fresh clone there is nothing else yet.
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

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
    "schema:compare": ["tools/schema/main.ts"],
    status: ["cli/main.ts", "status"],
    validate: ["cli/main.ts", "validate"],
};

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node.js ${process.versions.node} is too old: install 20.19 or newer and run again.`);
    process.exit(COULD_NOT_RUN);
}
installPackages();
const [command, ...args] = process.argv.slice(2);
// Control-C reaches the program too, which may have something to put right before it ends: this process waits for it.
process.on("SIGINT", () => undefined);
const result = spawnSync(process.execPath, ["--import", "tsx", ...programs[command], ...args], {
    cwd: root,
    stdio: "inherit",
});
process.exit(result.status ?? COULD_NOT_RUN);

/** Installs when the lock file changed since the last time; one process at a time, the others then find it done. */
function installPackages() {
    const stamp = join(root, "node_modules", ".installed");
    const wanted = sha256(readFileSync(join(root, "package-lock.json")));
    const isDone = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
    if (isDone()) return;
    const release = lockInstall();
    try {
        if (isDone()) return;
        const start = Date.now();
        console.error("  … install node packages");
        const install = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
            cwd: root,
            encoding: "utf8",
        });
        if (install.status !== 0) {
            console.error(`${install.stdout}${install.stderr}\nnpm ci failed; see above.`);
            release();
            process.exit(COULD_NOT_RUN);
        }
        writeFileSync(stamp, wanted);
        console.error(`  ✓ install node packages (${((Date.now() - start) / 1000).toFixed(0)} s)`);
    } finally {
        release();
    }
}

/** Waits for another process that installs in this checkout; a lock whose process is gone is nobody's. */
function lockInstall() {
    const path = join(tmpdir(), `ha-api-install-${sha256(root).slice(0, 12)}`);
    for (;;) {
        try {
            writeFileSync(path, String(process.pid), { flag: "wx" });
            return () => rmSync(path, { force: true });
        } catch (error) {
            if (error.code !== "EEXIST") throw error;
        }
        if (isGone(path)) rmSync(path, { force: true });
        else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
}

function isGone(path) {
    try {
        const pid = Number(readFileSync(path, "utf8"));
        // Empty: just made, and not yet written.
        if (pid > 0) process.kill(pid, 0);
        return false;
    } catch (error) {
        return error.code === "ESRCH";
    }
}

function sha256(text) {
    return createHash("sha256").update(text).digest("hex");
}
