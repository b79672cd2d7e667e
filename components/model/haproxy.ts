/** HAProxy's own settings. */
import { configurationLines, integer, settingsOf } from "./checks";
import type { HaproxyInputs } from "./inputs";
import type { HaproxyModel, Model } from "./model";
import type { Problems } from "./problems";

/** Words that begin a section, wherever they stand in a line. */
const SECTIONS = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "peers",
    "resolvers",
    "mailers",
    "userlist",
    "program",
    "http-errors",
    "cache",
    "ring",
    "log-forward",
    "log-profile",
    "fcgi-app",
    "crt-store",
    "traces",
    "acme",
    "namespace_list",
];

export function resolveHaproxy(
    problems: Problems,
    given: HaproxyInputs | undefined,
    engine: Model["engine"],
): HaproxyModel {
    const haproxy = settingsOf(problems, "haproxy", given, engine);
    const path = "haproxy.extraConfiguration";
    const extraConfiguration = configurationLines(problems, path, haproxy.extraConfiguration, "HAProxy");
    checkSections(problems, path, extraConfiguration);
    return {
        maxConnections: integer(problems, "haproxy.maxConnections", haproxy.maxConnections ?? 32768, 64, 1048576),
        extraConfiguration,
    };
}

/**
 * A section of somebody's own would take with it what follows in ours, and a second "defaults" all that stood there
 * before.
 */
function checkSections(problems: Problems, path: string, lines: string[]): void {
    lines.forEach((line, index) => {
        // As HAProxy reads a word: without its quotes and backslashes.
        const [word = ""] = line
            .trim()
            .replace(/["'\\]/g, "")
            .split(/\s/);
        if (SECTIONS.includes(word))
            problems.add(
                path,
                `must be lines of the section "defaults", which opens no other one; line ${index + 1} begins ` +
                    `with ${word}`,
            );
    });
}
