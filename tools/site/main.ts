/** `npm run docs:site`: the documents as a site that can be searched. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { projectFolder } from "../cache";
import { commandLine } from "../commandLine";
import { main } from "../main";
import { textOr } from "../options";
import { part, say } from "../progress";
import { run } from "../run";
import { pagesOfSite } from "./pages";

const folder = join(projectFolder, "site");

const line = commandLine({
    call: "npm run docs:site --",
    about:
        "Builds the documents as a static site that can be searched, by VitePress, which is installed in site/ when " +
        "this runs for the first time. Any web server can serve the folder.",
    options: {
        out: textOr("DIR", "where to write the site", "site/dist"),
        base: textOr("PATH", "under which path it will be served, with a slash at both ends", "/"),
    },
    statuses: { 0: "the site was built; a link that leads nowhere stops it" },
    examples: ["npm run docs:site", "npm run docs:site -- --out public --base /ha-api-load-balancer/"],
});

main(async () => {
    const { out, base } = line.read(process.argv.slice(2));
    const to = resolve(projectFolder, out);
    await part("install VitePress (once)", install);
    stage();
    await part("build the site", () =>
        run(process.execPath, [join("node_modules", "vitepress", "bin", "vitepress.js"), "build", "--outDir", to], {
            cwd: folder,
            env: { SITE_BASE: base },
        }),
    );
    say(`  the site is in ${to}`);
});

/** When the lock file changed since the last time. What would run at the install only checks what came with it. */
async function install(): Promise<void> {
    const stamp = join(folder, "node_modules", ".installed");
    const wanted = createHash("sha256")
        .update(readFileSync(join(folder, "package-lock.json")))
        .digest("hex");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
    await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
    writeFileSync(stamp, wanted);
}

function stage(): void {
    const pages = join(folder, "pages");
    rmSync(pages, { recursive: true, force: true });
    const all = pagesOfSite();
    for (const { path, text } of all.pages) {
        mkdirSync(dirname(join(pages, path)), { recursive: true });
        writeFileSync(join(pages, path), text);
    }
    for (const picture of all.pictures)
        cpSync(join(projectFolder, picture), join(pages, "public", picture), { recursive: true });
}
