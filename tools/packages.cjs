// The node packages of a folder: installed when its lock file changed since the last time. Plain JavaScript without
// dependencies, because on a fresh clone there is nothing else yet.
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/** One process at a time, the others then find it done. Throws what npm printed when it fails. */
function installPackages(folder, title, options = []) {
    const stamp = join(folder, "node_modules", ".installed");
    const wanted = sha256(readFileSync(join(folder, "package-lock.json")));
    const isDone = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
    if (isDone()) return;
    const release = lockInstall(folder);
    try {
        if (isDone()) return;
        const start = Date.now();
        console.error(`  … ${title}`);
        const install = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error", ...options], {
            cwd: folder,
            encoding: "utf8",
        });
        if (install.error !== undefined) throw new Error(`npm cannot be run: ${install.error.message}`);
        if (install.status !== 0) throw new Error(`${install.stdout}${install.stderr}\nnpm ci failed; see above.`);
        writeFileSync(stamp, wanted);
        console.error(`  ✓ ${title} (${((Date.now() - start) / 1000).toFixed(0)} s)`);
    } finally {
        release();
    }
}

/** Waits for another process that installs there; a lock whose process is gone is nobody's. */
function lockInstall(folder) {
    const path = join(tmpdir(), `ha-api-install-${sha256(folder).slice(0, 12)}`);
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

module.exports = { installPackages };
