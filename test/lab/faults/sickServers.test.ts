/** API servers that are sick: requests go where they are answered, and all servers are used again when it is over. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { NOT_READY, setFault, startApiServer, stopApiServer } from "../../../proving-ground/lab/apiserver/apiServers";
import type { Fault } from "../../../proving-ground/lab/apiserver/server";
import { type Loss, loseNothing, losePackets } from "../../../proving-ground/lab/network/loss";
import { cases } from "../../breadth";
import { instance } from "../machines/support";
import { existingMachines, observedDuring } from "../stack/support";
import { triedOn } from "./pair";

type Server = (typeof instance.apiServers)[number];

const [first] = instance.apiServers as [Server, ...Server[]];
const all = instance.apiServers;

/** By then the sick one is found out: two checks of 0.75 s at most, 0.5 s apart, and a reload. */
const FOUND_OUT_MS = 4000;
/** So long one that comes and goes is tried: ten minutes. */
const FLAPPING_SECONDS = cases(600);
/** Longer than a client of the tests may ask. */
const AT_ONCE_SECONDS = 120;

interface Trouble {
    title: string;
    make: () => Promise<unknown>;
    undo: () => Promise<unknown>;
    /** No slower than this, in milliseconds, is an answer while it lasts. Default: 1000. */
    slowest?: number;
    /** What each is answered; clients of the tests ask whether the server is ready. Default: that it is. */
    answer?: string;
    /** Nothing can be answered while it lasts. */
    outage?: true;
}

const faulty =
    (servers: Server[], fault: Fault): (() => Promise<unknown>) =>
    async () => {
        await Promise.all(servers.map(({ name }) => setFault(instance, name, fault)));
    };
const well = (servers: Server[]): (() => Promise<unknown>) => faulty(servers, {});

const TROUBLES: Trouble[] = [
    ...[1, 3, 10].map((seconds) => ({
        title: `one that is slow by ${seconds} s`,
        make: faulty([first], { lateMs: seconds * 1000 }),
        undo: well([first]),
    })),
    {
        title: "all that are slow by 1 s: answers come, as late as they are",
        make: faulty(all, { lateMs: 1000 }),
        undo: well(all),
        slowest: 2500,
    },
    { title: "one that hangs", make: faulty([first], { hang: true }), undo: well([first]) },
    {
        title: "one whose machine is gone, with connections half open",
        make: () =>
            losePackets(
                instance,
                existingMachines.flatMap(({ id: who }): Loss[] => [
                    { who, direction: "sends", packets: `ip daddr ${first.address}` },
                    { who, direction: "receives", packets: `ip saddr ${first.address}` },
                ]),
            ),
        undo: () => loseNothing(instance),
    },
    {
        title: "all that say that they are not ready, and serve",
        make: faulty(all, NOT_READY),
        undo: well(all),
        answer: "HTTP 500",
    },
    {
        title: "all down, and back at once",
        make: async () => Promise.all(all.map(({ name }) => stopApiServer(instance, name))),
        undo: async () => Promise.all(all.map(({ name }) => startApiServer(instance, name))),
        outage: true,
    },
];

for (const engine of ["nginx", "haproxy"] as const)
    describe(`sick API servers behind ${engine}`, function () {
        this.timeout(900_000);
        const row = { trouble: `sick API servers behind ${engine}`, as: "each" };
        const { pair, survives } = triedOn("test-sick-servers", row, { engine });

        const sick = (title: string, work: () => Promise<void>): void => {
            it(title, () =>
                survives(async () => {
                    const master = await pair.master();
                    await work();
                    await pair.atRest();
                    assert.equal((await pair.master()).name, master.name, "the VIP has moved, though no host was sick");
                }),
            );
        };

        for (const { title, make, undo, slowest = 1000, answer, outage } of TROUBLES)
            sick(title, async () => {
                try {
                    if (answer !== undefined) {
                        const { errors } = await observedDuring(async () => {
                            await make();
                            await sleep(FOUND_OUT_MS);
                        });
                        assert.deepEqual(Object.keys(errors), [answer], JSON.stringify(errors));
                        return;
                    }
                    await make();
                    await sleep(FOUND_OUT_MS);
                    if (outage === true) return;
                    const seen = await observedDuring(() => sleep(4000));
                    assert.equal(seen.failed, 0, JSON.stringify(seen));
                    assert.ok(seen.requests > 5 && seen.slowest <= slowest, JSON.stringify(seen));
                } finally {
                    await undo();
                }
            });

        for (const [title, halfMs] of [
            ["twice a second", 500],
            ["every other second", 2000],
        ] as const)
            sick(`one that comes and goes, ${title}, for ${FLAPPING_SECONDS} s`, async () => {
                const until = Date.now() + FLAPPING_SECONDS * 1000;
                try {
                    while (Date.now() < until) {
                        const pause = Math.min(until, Date.now() + AT_ONCE_SECONDS * 1000);
                        const seen = await observedDuring(async () => {
                            while (Date.now() < pause) {
                                for (const fault of [{ readyz: 500 }, {}]) {
                                    await setFault(instance, first.name, fault);
                                    await sleep(halfMs);
                                }
                            }
                        });
                        // It answers, that it is not ready: until it is found out that is what a third hears.
                        const { "HTTP 500": notReady = 0, ...others } = seen.errors;
                        assert.deepEqual(others, {}, JSON.stringify(seen));
                        assert.ok(notReady < seen.requests / 3, JSON.stringify(seen));
                    }
                } finally {
                    await setFault(instance, first.name, {});
                }
                await sleep(6000);
                const count = `pgrep -x -c ${engine}`;
                for (const machine of existingMachines) {
                    const processes = Number(await pair.on(machine, count));
                    assert.ok(processes <= 4, `${machine.name} has ${processes} processes of ${engine} left`);
                }
            });

        it("leave nothing for the next `up` to do", async () => {
            await pair.stack.up("--refresh", "--expect-no-changes");
        });
    });
