/**
 * Hosts whose network is not there when keepalived begins, or reads its file again: a switch that is slower to come up
 * than the hosts after a power failure, a cable that is out. networkd takes the host's address away with the link.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type ExistingMachine, existingMachines, powerOn } from "../stack/support";
import { eventually, otherThan, type Pair, triedOn } from "./pair";

/** systemd waits two minutes for a network before what needs one begins without. */
const BOOT_MS = 180_000;

const DURING: Record<string, string> = {
    "keepalived restarted": "systemctl restart keepalived",
    "keepalived reloaded": "systemctl reload keepalived",
    "networkd restarted": "systemctl restart systemd-networkd",
};

const KEEPALIVED_RUNS = "systemctl is-active --quiet keepalived && echo yes || true";

/** With the cable out from the first moment; until keepalived runs. */
async function bootUnplugged(pair: Pair, machines: ExistingMachine[]): Promise<void> {
    for (const machine of machines) await pair.powerOff(machine);
    await Promise.all(
        machines.map(async (machine) => {
            await powerOn(machine);
            await pair.cable(machine, "down");
        }),
    );
    for (const machine of machines)
        await eventually(
            async () => (await pair.on(machine, KEEPALIVED_RUNS).catch(() => "")).trim() === "yes",
            () => `keepalived runs on ${machine.name}`,
            BOOT_MS,
        );
}

describe("hosts whose network is not there", function () {
    this.timeout(420_000);
    const { pair, survives } = triedOn("test-unplugged", {
        trouble: "hosts without their network",
        as: "each of both releases",
    });

    const plug = async (machines: ExistingMachine[]): Promise<void> => {
        for (const machine of machines) await pair.cable(machine, "up");
    };

    for (const [title, command] of Object.entries(DURING))
        for (const machine of existingMachines)
            it(`${title} while the cable of ${machine.name} is out: the pair is whole when it is in again`, () =>
                survives(async () => {
                    await pair.cable(machine, "down");
                    try {
                        await sleep(1500);
                        await pair.on(machine, `${command}; sleep 1`);
                        const others = [otherThan(machine)];
                        await pair.settles({ able: others, reached: others, answering: true });
                    } finally {
                        await plug([machine]);
                    }
                    await pair.atRest();
                }));

    it("both booted before the network was there: they serve as soon as it is", () =>
        survives(async () => {
            try {
                await bootUnplugged(pair, existingMachines);
            } finally {
                await plug(existingMachines);
            }
            await pair.atRest();
        }));

    it("leave nothing for the next `up` to do", async () => {
        await pair.stack.up("--refresh", "--expect-no-changes");
    });
});
