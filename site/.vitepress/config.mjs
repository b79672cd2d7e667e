// How VitePress builds the pages that tools/site lays out in site/pages.
import { defineConfig } from "vitepress";

/** As GitHub makes anchors, so that a link works in both places (test/docs/links.test.ts). */
const slugify = (heading) =>
    heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- _]/gu, "")
        .replaceAll(" ", "-");

const page = (text, name) => ({ text, link: `/docs/${name}` });

export default defineConfig({
    srcDir: "pages",
    base: process.env.SITE_BASE ?? "/",
    lang: "en",
    title: "HA API load balancer",
    description: "A highly available Kubernetes API address, as code",
    // Long names in running text break rather than widen a phone's page.
    head: [["style", {}, ".vp-doc :not(pre) > code, .vp-doc p, .vp-doc li { overflow-wrap: anywhere }"]],
    // Angle brackets in the documents are what the reader fills in, not HTML.
    markdown: { html: false, linkify: false, anchor: { slugify } },
    themeConfig: {
        search: { provider: "local" },
        outline: [2, 3],
        sidebar: [
            { text: "Overview", link: "/" },
            {
                text: "Before",
                items: [
                    page("First deployment", "first-deployment"),
                    page("Proxmox", "proxmox"),
                    page("The cluster", "new-cluster"),
                    page("Guide and all inputs", "guide"),
                    page("What it can do", "features"),
                ],
            },
            {
                text: "While it runs",
                items: [
                    page("Operations", "operations"),
                    page("Commands", "commands"),
                    page("Troubleshooting", "troubleshooting"),
                    page("Security", "security"),
                ],
            },
            {
                text: "Teams",
                items: [
                    page("Environments", "environments"),
                    page("Pull requests", "pull-requests"),
                    page("Policies", "policies"),
                    page("Own programs", "own-program"),
                ],
            },
            {
                text: "Behind it",
                items: [
                    page("From the guides to code", "from-the-guides-to-code"),
                    page("The lab", "lab"),
                    page("Benchmarks", "benchmarks"),
                    page("Decisions", "decisions/"),
                    { text: "Contributing", link: "/CONTRIBUTING" },
                    { text: "Changes", link: "/CHANGELOG" },
                ],
            },
        ],
    },
});
