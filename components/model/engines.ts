/** Settings of one engine. */
import { isGroup } from "../spec/checks";
import type { Model } from "./model";

/** A group that is for one engine, empty with the other: a rule says so, and nothing else about what is set in it. */
export function settingsOf<T>(own: Model["engine"], given: T, engine: Model["engine"]): T | object {
    return own === engine || !isGroup(given) ? given : {};
}
