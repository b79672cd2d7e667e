/**
 * The text of the watcher's program: its settings name the version they are for, so that a new one is a change of them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const watcherProgram = (): string => readFileSync(join(__dirname, "scripts/watch.pl"), "utf8");
