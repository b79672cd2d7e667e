/**
 * The clock of a host jumps, as when it is set by hand or found by NTP: its daemons see the time of libfaketime, since
 * machines of the lab have one clock with this one. The time since the boot goes on, as it does then.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type ExistingMachine, existingMachines, observedDuring } from "../stack/support";
import { otherThan, triedOn } from "./pair";

const SERVICES = ["keepalived", "nginx", "ha-api-watcher"];
/** Read again at each look at the clock. */
const CLOCK = "/etc/faketimerc";
const INSTALL = [
    "set -e; export DEBIAN_FRONTEND=noninteractive; apt-get -q -y update > /dev/null",
    "apt-get -q -y install --no-install-recommends libfaketime > /dev/null 2>&1",
    `library=$(dpkg -L libfaketime | grep '/libfaketime[.]so[.]1$'); echo +0 > ${CLOCK}`,
    `for service in ${SERVICES.join(" ")}; do folder=/etc/systemd/system/$service.service.d; mkdir -p $folder`,
    `printf '[Service]\\nEnvironment=LD_PRELOAD=%s FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 ` +
        `FAKETIME_DISABLE_SHM=1\\n' $library > $folder/90-clock.conf`,
    `done; systemctl daemon-reload; systemctl restart ${SERVICES.join(" ")}`,
].join("\n");
const REMOVE =
    `rm -f ${SERVICES.map((service) => `/etc/systemd/system/${service}.service.d/90-clock.conf`).join(" ")} ${CLOCK}; ` +
    `systemctl daemon-reload; systemctl restart ${SERVICES.join(" ")}; apt-get -q -y purge libfaketime > /dev/null 2>&1`;

/** What the watcher's clock says, in hours beside this machine's: that the daemons see the jump at all. */
const SEEN = `env $(systemctl show --property Environment --value ha-api-watcher) date +%s`;

const JOURNAL = `journalctl --no-pager --output short-monotonic --lines 40 --unit ${SERVICES.join(" --unit ")}`;

const HOUR = 3600;

describe("a host whose clock jumps", function () {
    this.timeout(300_000);
    const { pair, survives } = triedOn("test-clocks", {
        trouble: "clocks that jump by an hour",
        as: "each on master and backup",
    });

    before(async () => {
        for (const machine of existingMachines) await pair.on(machine, INSTALL);
        await pair.atRest();
    });
    after(async () => {
        for (const machine of existingMachines) await pair.on(machine, REMOVE).catch(() => undefined);
    });

    async function jumps(machine: ExistingMachine, seconds: string): Promise<void> {
        await pair.on(machine, `echo ${seconds} > ${CLOCK}`);
        const off = Math.round((Number(await pair.on(machine, SEEN)) - Date.now() / 1000) / HOUR);
        assert.ok(off === Number(seconds) / HOUR, `the daemons are ${off} hours off`);
    }

    for (const role of ["master", "backup"] as const)
        for (const [title, seconds] of [
            ["forward", `+${HOUR}`],
            ["back", `-${HOUR}`],
        ] as const)
            it(`${title}, and right again (${role}): the VIP stays, and no request fails`, () =>
                survives(async () => {
                    const master = await pair.master();
                    const machine = role === "master" ? master : otherThan(master);
                    const seen = await observedDuring(async () => {
                        await sleep(500);
                        await jumps(machine, seconds);
                        await sleep(5000);
                        await jumps(machine, "+0");
                        await sleep(3000);
                    });
                    const told = seen.failed === 0 ? "" : await pair.on(machine, JOURNAL);
                    assert.equal(seen.failed, 0, `${JSON.stringify(seen)}\n${told}`);
                    assert.deepEqual(await pair.masters(), [master.name]);
                    await pair.atRest();
                }));
});
