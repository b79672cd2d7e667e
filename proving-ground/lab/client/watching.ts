/**
 * The drill's client in the lab's client namespace, for tests and measurements: new connections, and one watch on the
 * stand-ins.
 */
import type { Observations } from "../../../shared/probe/observations";
import type { ProbeSettings } from "../../../shared/probe/settings";
import { startProbe } from "../../../shared/probe/start";
import { API_SERVER_PORT } from "../apiserver/apiServers";
import type { LabInstance } from "../instance";
import { keys } from "../pki";
import { clientEntry, fakeServerWatch } from "./place";

type Options = Partial<Omit<ProbeSettings, "watches" | "pinned">> & {
    /** Hold a watch too; yes by default. */
    watch?: boolean;
};

/**
 * Runs `work` while a client watches an address; returns what the client saw from before its start until after its
 * end.
 */
export async function watching(
    instance: LabInstance,
    host: string,
    work: () => Promise<unknown>,
    options: Options = {},
): Promise<Observations> {
    const { watch = true, ...rest } = options;
    const client = await startProbe(
        {
            host,
            port: API_SERVER_PORT,
            caFile: keys(instance).caCertificate,
            everyMs: 5,
            timeoutMs: 2000,
            limitMs: 180_000,
            watches: watch ? [fakeServerWatch(1)] : [],
            ...rest,
        },
        clientEntry(instance),
    );
    try {
        await work();
    } catch (error) {
        await client.end().catch(() => undefined);
        throw error;
    }
    const { attempts, watches } = await client.end();
    return { attempts, watch: watches[0] ?? { events: [], breaks: [] } };
}
