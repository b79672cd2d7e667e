/** `npm run docs:site`: the documents as a site that can be searched. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { projectFolder } from "../cache";
import { commandLine } from "../commandLine";
import { main } from "../main";
import { textOr } from "../options";
import { installPackages } from "../packages.cjs";
import { part, say } from "../progress";
import { run, UserError } from "../run";
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
    try {
        // What would run at the install only checks what came with it.
        installPackages(folder, "install VitePress", ["--ignore-scripts"]);
    } catch (error) {
        throw new UserError((error as Error).message);
    }
    stage();
    await part("build the site", () =>
        run(process.execPath, [join("node_modules", "vitepress", "bin", "vitepress.js"), "build", "--outDir", to], {
            cwd: folder,
            env: { SITE_BASE: base },
        }),
    );
    say(`  the site is in ${to}`);
});

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
