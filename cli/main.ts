#!/usr/bin/env node
/** What there is to do with a stack before and between two `pulumi up`: `npm run status`, `drift`, `drill`, ... */
import { main, runCommand } from "../tools/main";

// Each is loaded when it is asked for: they bring much along, and not the same.
main(() =>
    runCommand(
        "Commands for a stack",
        {
            status: {
                about: "how a deployment is, as seen on its hosts now",
                run: async (words) => (await import("./status.js")).status(words),
            },
            drift: {
                about: "which managed files were edited by hand, and how",
                run: async (words) => (await import("./drift.js")).drift(words),
            },
            drill: {
                about: "breaks it on purpose, and reports what clients noticed",
                run: async (words) => (await import("./drill/drill.js")).drill(words),
            },
            kubeconfig: {
                about: "a kubeconfig whose server is the VIP",
                run: async (words) => (await import("./kubeconfig.js")).kubeconfig(words),
            },
            "preview:comment": {
                about: "a preview as a comment on a pull request",
                run: async (words) => (await import("./preview/previewComment.js")).previewComment(words),
            },
            "preview:compare": {
                about: "whether a preview does more than the one that was reviewed",
                run: async (words) => (await import("./preview/previewCompare.js")).previewCompare(words),
            },
            validate: {
                about: "what the daemons say of the files that a preview would bring",
                run: async (words) => (await import("./validate/validate.js")).validate(words),
            },
        },
        process.argv.slice(2),
    ),
);
