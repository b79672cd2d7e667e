/** What the fake host's one service is told, as the manifest of a deployment. */
import type { FakeHost } from "./fakeHost";

export const CONF = "/etc/demo/demo.conf";

export interface Wanted {
    /** What the service must say when it runs the file. */
    answer?: string;
    conf?: string;
    files?: Record<string, string>;
    address?: string;
    mode?: string;
}

export function manifestFor(
    host: FakeHost,
    { answer = "one", conf = `answer ${answer}\n`, files = {}, address = "10.30.100.101", mode = "0644" }: Wanted = {},
): string {
    return [
        `==== host ${address}\n`,
        `==== file ${CONF} ${mode}\n${conf}`,
        ...Object.entries(files).map(([path, content]) => `==== file ${path} 0644\n${content}`),
        `==== service demo\ncheck demo-check {${CONF}}\nreload-after ${CONF}\nready-answer 127.0.0.1 ` +
            `${host.port} banner ${answer}\n`,
        `port tcp 6443 *\nprocess demo\nreplaces nginx\nreplaces haproxy\nrunning-flag /run/ha-api/proxy-down\n`,
        "==== end\n",
    ].join("");
}

/** The same for another service in its place. */
export const asOther = (manifest: string): string =>
    manifest.replaceAll("demo", "other").replace("other-check", "demo-check");

/** The same with a credential that is a file of its own. */
export const withCredential = (manifest: string, path: string, name: string): string =>
    manifest
        .replace("==== service demo\n", `==== credential ${path} ${name}\n==== service demo\n`)
        .replace(`reload-after ${CONF}\n`, `reload-after ${CONF}\nreload-after ${path}\n`);

/** As the keep-credentials program reads them. */
export const credentialsText = (all: Record<string, string>): string =>
    `${Object.entries(all)
        .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}\n`)
        .join("")}end\n`;
