/**
 * What a step puts in place is on the disk before it is there: after a power cut a file system may have a file's new
 * name and nothing in it.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packagesScript } from "../../components/render/packagesStep";
import { inTests, noFakeHost } from "../components/host/fakeHost";
import { itNeeds } from "../components/programs";
import { existingMachines, modelOf } from "../components/support";
import { changeOf, CHANGES, onHost } from "./changes";
import { noTracing } from "./killed";
import { record } from "./table";
import { type Event, writtenBy } from "./written";

const STATE = "/var/lib/ha-api";
/** What has to outlive the power: the rest of what is written is of one run. */
const KEPT = new RegExp(`^(/etc/|/run/libexec/|${STATE}/(?!run\\.))`);

/** Those that got their place, of them those that were not on the disk by then, and what is not at the end. */
function placed(events: Event[]): { all: string[]; early: string[]; left: string[] } {
    const inMemory = new Set<string>();
    const [all, early]: [string[], string[]] = [[], []];
    for (const event of events)
        if (event.kind === "written") inMemory.add(event.path);
        else if (event.kind === "synced") inMemory.delete(event.path);
        else {
            const isNot = inMemory.has(event.from);
            if (KEPT.test(event.to)) all.push(event.to);
            if (isNot && KEPT.test(event.to)) early.push(event.to);
            if (event.kind === "renamed") inMemory.delete(event.from);
            if (isNot) inMemory.add(event.to);
            else inMemory.delete(event.to);
        }
    return { all, early, left: [...inMemory].filter((path) => KEPT.test(path)) };
}

describe("a step whose host loses its power", function () {
    this.timeout(120_000);
    const need = noFakeHost() || noTracing();

    for (const { title, program, before, input } of CHANGES)
        itNeeds(need, `has put nothing in place that is not on the disk: ${title}`, async () => {
            await onHost(async (host) => {
                await before?.(host);
                const { status, output, events } = await writtenBy(host, program, input(host));
                assert.equal(status, 0, output);
                const { all, early } = placed(events);
                assert.deepEqual(early, []);
                assert.ok(all.length > 0, "nothing was seen to get its place");
                await record({
                    trouble: `power: ${title}`,
                    cases: all.length,
                    survived: all.length,
                    as: "each file that gets its place",
                });
            });
        });

    itNeeds(need, "has put no program in place, and no record of what was there, that is not on the disk", async () => {
        await onHost(async (host) => {
            // Packages are there, and there is nothing else to ask.
            for (const program of ["dpkg-query", "apt-get", "apt-cache", "apt-mark"])
                host.program(program, "[[ $* != *Status* ]] || echo installed");
            const script = packagesScript(modelOf(existingMachines()));
            writeFileSync(join(host.folder, "packages"), inTests(script));
            const { status, output, events } = await writtenBy(host, "packages", "");
            assert.equal(status, 0, output);
            const { all, early, left } = placed(events);
            assert.ok(all.includes("/run/libexec/ha-api/converge"), all.join());
            assert.deepEqual([early, left], [[], []]);
        });
    });

    itNeeds(need, "has its record of the change on the disk before the change begins", async () => {
        const change = changeOf("another setting");
        await onHost(async (host) => {
            await change.before?.(host);
            const { events } = await writtenBy(host, change.program, change.input(host));
            const at = (wanted: (event: Event) => boolean, from = 0): number =>
                events.findIndex((event, index) => index >= from && wanted(event));
            const begun = at((event) => event.kind === "renamed" && event.to === `${STATE}/pending`);
            const changed = at((event) => event.kind === "renamed" && event.to.startsWith("/etc/demo/"), begun);
            const onDisk = at((event) => event.kind === "synced" && event.path === STATE, begun);
            assert.ok(begun >= 0 && changed > begun, `begun ${begun}, changed ${changed}`);
            assert.ok(onDisk > begun && onDisk < changed, `begun ${begun}, on the disk ${onDisk}, changed ${changed}`);
        });
    });
});
