/** The daemons' own checkers and shellcheck, for tests of what is rendered. Installed only in CI: on a person's machine they are theirs to install. */
import { chmod, rm, stat, writeFile } from "node:fs/promises";
import { part, say } from "../tools/progress";
import { run, succeeds } from "../tools/run";

const PACKAGES = { nginx: "nginx", "libnginx-mod-stream": undefined, haproxy: "haproxy", keepalived: "keepalived", shellcheck: "shellcheck" } as const;
/** Debian's way to say that services must not start when their package is installed. */
const POLICY = "/usr/sbin/policy-rc.d";

export async function installCheckers(): Promise<void> {
    const programs = Object.values(PACKAGES).flatMap((program) => program ?? []);
    const missing: string[] = [];
    for (const program of programs) if (!(await succeeds("sh", ["-c", `command -v ${program}`]))) missing.push(program);
    if (missing.length === 0) return;
    const how = `apt-get install --no-install-recommends ${Object.keys(PACKAGES).join(" ")}`;
    if (process.env["CI"] !== "true" || process.getuid?.() !== 0) {
        say(`Not installed: ${missing.join(", ")}. Tests that ask the daemons' own checkers are skipped; to run them too: ${how}`);
        return;
    }
    await part(`install ${Object.keys(PACKAGES).join(", ")} for checks of rendered files`, async () => {
        const held = await stat(POLICY).then(() => false, () => true);
        if (held) {
            await writeFile(POLICY, "#!/bin/sh\nexit 101\n");
            await chmod(POLICY, 0o755);
        }
        try {
            const env = { DEBIAN_FRONTEND: "noninteractive" };
            await run("apt-get", ["update", "-qq"], { env });
            await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...Object.keys(PACKAGES)], { env });
        } finally {
            if (held) await rm(POLICY, { force: true });
        }
    });
}
