/** The documents' site in a real browser, on a page as wide as a phone's. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { run } from "../../tools/run";
import { Browser } from "./browser";

const WIDTH = 390;

const TYPES: Record<string, string> = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
};

interface Seen {
    width: number;
    /** Of the same site, with their anchors. */
    links: string[];
    anchors: string[];
    /** Pictures that did not load. */
    broken: string[];
    pictures: number;
}

/** Pictures are loaded when they come into view; here all are. */
const LOOK = `(async () => {
    const pictures = [...document.querySelectorAll(".vp-doc img")];
    for (const picture of pictures) picture.loading = "eager";
    await Promise.all(pictures.map((picture) => picture.decode().catch(() => undefined)));
    return {
        width: document.documentElement.scrollWidth,
        links: [...document.querySelectorAll(".vp-doc a[href]")].map(({ href }) => href)
            .filter((href) => href.startsWith(location.origin)),
        anchors: [...document.querySelectorAll("[id]")].map(({ id }) => id),
        broken: pictures.filter(({ naturalWidth }) => naturalWidth === 0).map(({ src }) => src),
        pictures: pictures.length,
    };
})()`;

/** Types into the search as a reader does, and gives the addresses it finds. */
const search = (words: string): string => `(async () => {
    const until = async (found) => {
        for (let tries = 0; tries < 200; tries++) {
            const result = found();
            if (result) return result;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error("it did not come");
    };
    // The button is there before the script that listens to it.
    const field = await until(() => {
        const opened = document.querySelector("#localsearch-input");
        if (opened === null) document.querySelector(".DocSearch-Button")?.click();
        return opened;
    });
    field.value = ${JSON.stringify(words)};
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const links = await until(() => {
        const all = [...document.querySelectorAll(".VPLocalSearchBox .results a.result")];
        return all.length > 0 && all;
    });
    return links.map(({ href }) => new URL(href).pathname);
})()`;

describe("the documents' site", function () {
    this.timeout(900_000);
    let folder: string;
    let server: Server;
    let browser: Browser;
    let origin: string;

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "ha-api-site-"));
        await run("npm", ["run", "-s", "docs:site", "--", "--out", folder], { cwd: projectFolder });
        server = createServer((request, response) => {
            const { pathname } = new URL(request.url!, "http://here");
            const file = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
            const isThere = existsSync(file);
            response.writeHead(isThere ? 200 : 404, { "Content-Type": TYPES[extname(file)] ?? "text/plain" });
            response.end(isThere ? readFileSync(file) : "");
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        browser = await Browser.start(WIDTH);
    });

    after(async () => {
        await browser?.stop();
        server?.close();
        server?.closeAllConnections();
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    it("has no link that leads nowhere, no picture that does not load, and nothing wider than a phone", async () => {
        const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
            .filter((name) => name.endsWith(".html") && name !== "404.html")
            .map((name) => `/${name}`);
        const seen = new Map<string, Seen>();
        for (const path of paths) {
            await browser.open(origin + path);
            seen.set(path, await browser.evaluate<Seen>(LOOK));
        }
        const wrong: string[] = [];
        for (const [path, { width, links, broken }] of seen) {
            if (width > WIDTH) wrong.push(`${path} is ${width} pixels wide`);
            wrong.push(...broken.map((src) => `${path}: ${src} does not load`));
            for (const link of links) {
                const { pathname, hash } = new URL(link);
                const to = seen.get(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
                if (to === undefined) wrong.push(`${path}: ${pathname} is not there`);
                else if (hash !== "" && !to.anchors.includes(decodeURIComponent(hash.slice(1))))
                    wrong.push(`${path}: ${pathname} has no ${hash}`);
            }
        }
        assert.deepEqual(wrong, []);
        assert.ok(paths.length > 50, `only ${paths.length} pages`);
        const pictures = [...seen.values()].reduce((sum, each) => sum + each.pictures, 0);
        assert.ok(pictures > 10, `only ${pictures} pictures`);
    });

    for (const [words, page] of [
        ["another SSH host key", "/docs/troubleshooting.html"],
        ["packageUpgradeTrigger", "/docs/guide.html"],
        ["kubeadm init", "/docs/new-cluster.html"],
    ] as const) {
        it(`finds "${words}"`, async () => {
            await browser.open(`${origin}/`);
            const found = await browser.evaluate<string[]>(search(words));
            assert.ok(found.includes(page), found.join(", "));
        });
    }
});
