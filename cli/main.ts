/** What there is to do with a stack between two `pulumi up`: `npm run status`, `drift`, `drill`, `kubeconfig`. */
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
        },
        process.argv.slice(2),
    ),
);
