import { type Provider, serve } from "./server";

/** The engine's address among the arguments it starts a plugin with, which may also hold its logging flags. */
function engineAddress(args: string[]): string | undefined {
    const rest = [...args];
    for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
        if (arg === "--tracing") rest.shift();
        else if (!arg.startsWith("-")) return arg;
    }
    return undefined;
}

/**
 * A killed engine cannot stop its plugins, and a process with an open port never ends by itself: so end with the
 * parent.
 */
function endWithParent(): void {
    const parent = process.ppid;
    setInterval(() => {
        if (process.ppid !== parent) process.exit(1);
    }, 2000).unref();
}

/** Runs a plugin's process: it serves on a free port and prints that port, which is how the engine finds it. */
export function runPlugin(provider: Provider): void {
    const address = engineAddress(process.argv.slice(2));
    if (address !== undefined) endWithParent();
    serve(provider, address).then(
        ({ port }) => process.stdout.write(`${port}\n`),
        (error: unknown) => {
            process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
            process.exitCode = 1;
        },
    );
}
