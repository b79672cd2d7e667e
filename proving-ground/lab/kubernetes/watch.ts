/**
 * A long watch by kubectl, which ends at the first interruption instead of beginning again: whether it broke is there
 * to see.
 */
import { type LabInstance } from "../instance";
import { type Ending, startKubectl } from "./kubectl";

export interface WatchEvent {
    type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
    name: string;
    resourceVersion: string;
}

export interface WatchReport {
    events: WatchEvent[];
    /** When and how it ended by itself, and what kubectl printed then; undefined for a watch that held. */
    broke?: Ending & { output: string };
}

export interface Watch {
    report(): WatchReport;
    /** Waits for an event of an object: its type, its name. */
    until(type: WatchEvent["type"], name: string, timeoutMs?: number): Promise<WatchEvent>;
    /** Ends the watch, and reports. */
    end(): Promise<WatchReport>;
}

const FORMAT = '{.type} {.object.metadata.name} {.object.metadata.resourceVersion}{"\\n"}';

/** What kubectl logs of the request that is the watch, at the level of detail at which it logs requests. */
const REQUESTS = "--v=6";
const ESTABLISHED = /watch=true.*status="200 OK"/;
const LOG_LINE = /^[IWE]\d{4} .*\n?/gm;

/**
 * Watches a kind of object, such as `configmaps`; comes back when the watch is established, so that every later change
 * is seen by it.
 */
export async function startWatch(
    instance: LabInstance,
    kubeconfig: string,
    resource: string,
    args: string[] = [],
): Promise<Watch> {
    const list = [
        "get",
        resource,
        "--watch",
        "--output-watch-events",
        `--output=jsonpath=${FORMAT}`,
        REQUESTS,
        ...args,
    ];
    const watching = await startKubectl(instance, kubeconfig, list);
    await watching.untilComplains(ESTABLISHED).catch(async (error: unknown) => {
        await watching.end();
        throw error;
    });
    const events = (): WatchEvent[] => watching.printed().split("\n").slice(0, -1).map(parse);
    const report = (): WatchReport => {
        const ending = watching.broke();
        return {
            events: events(),
            ...(ending === undefined
                ? {}
                : { broke: { ...ending, output: watching.complained().replace(LOG_LINE, "").trim() } }),
        };
    };
    return {
        report,
        async until(type, name, timeoutMs) {
            const [line] = await watching.until(new RegExp(`^${type} ${name} .*$`, "m"), timeoutMs);
            return parse(line);
        },
        async end() {
            await watching.end();
            return report();
        },
    };
}

function parse(line: string): WatchEvent {
    const [type = "", name = "", resourceVersion = ""] = line.split(" ");
    return { type: type as WatchEvent["type"], name, resourceVersion };
}
