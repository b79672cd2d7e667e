import assert from "node:assert/strict";
import { itNeeds } from "../programs";
import { type FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";

const need = noFakeHost();

describe("keepalived's notify script", function () {
    this.timeout(20_000);
    let host: FakeHost;
    fakeHostForEachTest((fresh) => {
        host = fresh;
    });

    const state = (): string | undefined => host.read("/run/ha-api/vrrp/kube_api");
    const closed = (...command: string[]): Promise<unknown> =>
        new Promise((resolve) => host.spawn(...command).once("close", resolve));

    itNeeds(need, "writes down the state, also where its folder is gone", async () => {
        assert.equal((await host.run("vrrp-state", "", "INSTANCE", "kube_api", "MASTER", "244")).status, 0);
        assert.equal(state(), "MASTER\n");
    });

    for (const delayed of ["MASTER", "BACKUP"]) {
        itNeeds(
            need,
            `has the state that came last, whichever of two comes to writing first: ${delayed} late`,
            async () => {
                // Whatever it does first takes its time for the one state, as on a busy machine.
                host.program(
                    "mkdir",
                    `if grep -qz ${delayed} /proc/$PPID/cmdline; then sleep 0.4; fi; exec /usr/bin/mkdir "$@"`,
                );
                const script = `${host.folder}/vrrp-state`;
                // Started in this order, without a wait, by one process: as keepalived does.
                host.program(
                    "changes-twice",
                    `bash ${script} INSTANCE kube_api MASTER 244 & bash ${script} INSTANCE kube_api BACKUP 244 & wait`,
                );
                await closed("changes-twice");
                assert.equal(state(), "BACKUP\n");
            },
        );
    }

    itNeeds(need, "never fails for another one that runs at the same time, and keeps their order", async () => {
        const script = `${host.folder}/vrrp-state`;
        host.program(
            "changes-often",
            `for i in $(seq 20); do for s in FAULT BACKUP MASTER; do sh ${script} INSTANCE kube_api $s 244 ` +
                `2>> "$FAKE/output" & done; done; wait`,
        );
        await closed("changes-often");
        assert.deepEqual([state(), host.readFake("output")], ["MASTER\n", ""]);
    });
});
