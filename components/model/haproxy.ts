/** HAProxy's own settings. */
import { haproxySpec } from "../inputs/haproxy";
import type { Problems } from "../spec/problems";
import { resolveGroup } from "../spec/resolve";
import { settingsOf } from "./engines";
import type { HaproxyInputs } from "./inputs";
import type { HaproxyModel, Model } from "./model";

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
    const haproxy = resolveGroup(problems, "haproxy", haproxySpec, settingsOf("haproxy", given, engine));
    checkSections(problems, "haproxy.extraConfiguration", haproxy.extraConfiguration);
    return haproxy;
}

/**
 * A section of the user's own would take with it what follows in ours, and a second "defaults" all that stood there
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
