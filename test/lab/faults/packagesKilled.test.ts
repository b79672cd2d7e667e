/**
 * The step that installs packages, cut off at any moment on one host of a new pair: the next `up` finishes, and
 * `destroy` leaves both machines as they were.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { fileOf, processesOf, signalAll } from "../../../proving-ground/lab/enter";
import { cases } from "../../breadth";
import { record } from "../../faults/table";
import { needsLab } from "../machines/support";
import { differences, snapshot } from "../stack/snapshot";
import { existingMachines, instance, startExistingMachines } from "../stack/support";
import { eventually, Pair, rack2 } from "./pair";

/** Of each kind. */
const OF_EACH = cases(8);
/** How long the step takes on a machine that does something else too. */
const WHOLE_MS = 16_000;

/** The names of what runs in the step, and of what brings it. */
const OF_THE_STEP = ["bash", "timeout", "apt-get", "dpkg", "http", "gpgv", "perl", "sh"];
const OF_SSH = ["sshd", "sshd-session"];

const kill = async (names: string[]): Promise<void> => {
    for (const name of names) signalAll(await processesOf(instance, rack2.id, name), "SIGKILL");
};

const TROUBLES: [title: string, make: (pair: Pair) => Promise<void>][] = [
    [
        "the power of its machine",
        async (pair) => {
            await pair.powerOff(rack2);
            await sleep(1000);
            await pair.powerOn(rack2);
        },
    ],
    ["all that runs in it, killed", () => kill(OF_THE_STEP)],
    ["its connection", () => kill(OF_SSH)],
];

describe("the packages step of a new pair, cut off at any moment", function () {
    this.timeout(3_600_000);
    const pair = new Pair("test-packages-killed");
    const counted = { cases: 0, survived: 0 };
    const states = (): Promise<Awaited<ReturnType<typeof snapshot>>[]> =>
        Promise.all(existingMachines.map(({ address }) => snapshot(address)));

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        await pair.stack.create(pair.with({}));
    });
    after(async () => {
        await record({ trouble: "packages step cut off", ...counted, as: "moments, then up and destroy" });
        await pair.end();
    });

    for (const [title, make] of TROUBLES)
        it(`by ${title}: the next up finishes, and destroy gives both back`, async () => {
            for (let n = 0; n < OF_EACH; n++) {
                counted.cases++;
                const before = await states();
                const ms = ((n + 0.5) / OF_EACH) * WHOLE_MS;
                const up = pair.stack.pulumi("up", "--yes", "--skip-preview");
                await eventually(
                    async () => (await fileOf(instance, rack2.id, "/var/lib/ha-api/packages")) !== undefined,
                    () => "the step has begun",
                );
                await sleep(ms);
                await make(pair);
                await up;
                const { output } = await pair.stack.up();
                await pair.atRest();
                for (const machine of existingMachines)
                    assert.equal(
                        await pair.on(machine, "dpkg --audit; ls -d /usr/sbin/policy-rc.d 2> /dev/null || true"),
                        "",
                        `after ${ms} ms: ${output}`,
                    );
                await pair.stack.up("--expect-no-changes");
                await pair.stack.must("destroy", "--yes", "--skip-preview");
                for (const [index, now] of (await states()).entries())
                    assert.deepEqual(differences(before[index]!, now), [], `after ${ms} ms`);
                counted.survived++;
            }
        });
});
