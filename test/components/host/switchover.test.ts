import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { itNeeds } from "../programs";
import { type FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";

const FLAG = "/run/ha-api/proxy-down",
    STATE = "/run/ha-api/vrrp/kube_api";
const need = noFakeHost();

describe("the switchover program", function () {
    this.timeout(20_000);
    let host: FakeHost;
    let peer: Server;
    const settings = (...peers: number[]): void =>
        host.write(
            "/etc/ha-api/watcher.conf",
            "service nginx\nvrrp keepalived\nlinger 0.5\nproxy 6442 banner 0.25 0.5 2 2\npeers " +
                `${peers.map((port) => `127.0.0.1:${port}`).join(",")}\n`,
        );
    const peerPort = (): number => (peer.address() as AddressInfo).port;

    afterEach(async () => {
        clearInterval(following);
        if (peer?.listening === true) await new Promise((resolve) => peer.close(resolve));
    });
    fakeHostForEachTest(async (fresh) => {
        host = fresh;
        host.write(FLAG, "0\n");
        host.write(STATE, "MASTER\n");
        for (const service of ["nginx", "keepalived"]) host.set("active", service, "active");
        peer = createServer((socket) => socket.destroy());
        await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
        settings(peerPort());
    });

    let following: NodeJS.Timeout | undefined;
    /** keepalived, as far as this goes, to the end of the test: FAULT while the flag is set, BACKUP after it. */
    function keepalived(): void {
        following = setInterval(() => {
            if (host.read(FLAG) === "1\n") host.write(STATE, "FAULT\n");
            else if (host.read(STATE) === "FAULT\n") host.write(STATE, "BACKUP\n");
        }, 20);
    }

    itNeeds(need, "gives the VIP up, and stands for election again", async () => {
        keepalived();
        const { status, output } = await host.run("switchover");
        await sleep(100);
        assert.deepEqual([status, output, host.read(FLAG), host.read(STATE)], [0, "", "0\n", "BACKUP\n"]);
    });

    describe("with BGP", () => {
        const ROUTE = "/run/route";
        beforeEach(() => {
            if (need !== false) return;
            host.write(
                "/etc/ha-api/watcher.conf",
                "vip kube_api 172.30.0.10 t\nannounce 198 250 10\nservice nginx\nlinger 0.2\n" +
                    `proxy 6442 banner 0.25 0.5 2 2\npeers 127.0.0.1:${peerPort()}\n`,
            );
            host.write(ROUTE, "unreachable\n");
            host.program(
                "ip",
                `case "$*" in
    "-4 route show table 198 172.30.0.10") cat ${ROUTE} ;;
    "-4 route flush table 198 172.30.0.10") echo "flushed $(date +%s%N)" >> /run/done; : > ${ROUTE} ;;
    *) exit 1 ;;
esac`,
            );
            host.program("ss", 'echo "$*" >> /run/done');
        });

        itNeeds(need, "withdraws the VIP, drains, and resets what is left", async () => {
            const { status, output } = await host.run("switchover", "", "--stay");
            assert.deepEqual([status, output, host.read(FLAG), host.read(ROUTE)], [0, "", "1\n", ""]);
            assert.match(
                host.read("/run/done")!,
                /^flushed \d+\n--kill --no-header state connected src 172.30.0.10\n$/,
            );
        });
        itNeeds(need, "has nothing to withdraw where the VIP is not announced", async () => {
            host.write(ROUTE, "");
            const { status, output } = await host.run("switchover");
            assert.deepEqual([status, host.read(FLAG)], [0, "0\n"]);
            assert.match(output, /does not hold the VIP/);
        });
    });

    itNeeds(need, "keeps the VIP where no other host takes connections, and says so", async () => {
        const port = peerPort();
        await new Promise((resolve) => peer.close(resolve));
        const { status, output } = await host.run("switchover");
        assert.deepEqual([status, host.read(FLAG)], [1, "0\n"]);
        assert.match(
            output,
            new RegExp(`no other host takes connections \\(127\\.0\\.0\\.1:${port}\\), so the VIP stays here`),
        );
    });

    itNeeds(need, "has nothing to give where the VIP is not", async () => {
        host.write(STATE, "BACKUP\n");
        const { status, output } = await host.run("switchover");
        assert.equal(status, 0);
        assert.match(output, /does not hold the VIP/);
        assert.equal(host.read(FLAG), "0\n");
    });

    itNeeds(need, "returns when it is interrupted", async () => {
        const child = host.spawn("bash", join(host.folder, "switchover"));
        while (host.read(FLAG) !== "1\n") await sleep(10);
        child.kill("SIGTERM");
        const status = await new Promise((resolve) => child.once("close", resolve));
        assert.deepEqual([status, host.read(FLAG)], [130, "0\n"]);
    });

    itNeeds(
        need,
        "says that keepalived takes no notice of the proxy where it does not follow it, and what to do",
        async () => {
            host.write("/etc/ha-api/watcher.conf", "service nginx\nvrrp keepalived\n");
            const { status, output } = await host.run("switchover");
            assert.deepEqual([status, host.read(FLAG)], [1, "0\n"]);
            assert.match(output, /vrrp\.trackProxy is false.*stop keepalived instead/);
        },
    );

    itNeeds(need, "keeps a host away, master or not, until switchover --return", async () => {
        keepalived();
        assert.equal((await host.run("switchover", "", "--stay")).status, 0);
        assert.deepEqual([host.read(FLAG), host.read(STATE)], ["1\n", "FAULT\n"]);
        await host.run("switchover", "", "--return");
        assert.equal(host.read(FLAG), "0\n");
        host.write(STATE, "BACKUP\n");
        await host.run("switchover", "", "--stay");
        assert.equal(host.read(FLAG), "1\n");
    });

    describe("of one of several VIPs", () => {
        const INGRESS = "/run/ha-api/vrrp/edge_ingress",
            LEAVING = "/run/ha-api/leaving/edge_ingress";
        const vips = "vip kube_api 10.30.100.100 x\nvip edge_ingress 10.30.100.110 y\n";
        beforeEach(function () {
            if (need !== false) this.skip();
            host.write(INGRESS, "MASTER\n");
            host.write(LEAVING, "0\n");
            host.write("/etc/ha-api/watcher.conf", `${vips}service nginx\nvrrp keepalived\nlinger 0.1\n`);
            following = setInterval(() => {
                if (host.read(LEAVING) === "1\n") host.write(INGRESS, "FAULT\n");
                else if (host.read(INGRESS) === "FAULT\n") host.write(INGRESS, "BACKUP\n");
            }, 20);
        });

        itNeeds(need, "gives that one up and stands for election again, and keeps the other", async () => {
            const { status, output } = await host.run("switchover", "", "--vip", "edge-ingress");
            await sleep(100);
            assert.deepEqual(
                [status, output, host.read(LEAVING), host.read(INGRESS), host.read(STATE), host.read(FLAG)],
                [0, "", "0\n", "BACKUP\n", "MASTER\n", "0\n"],
            );
        });

        itNeeds(need, "has nothing to give where it does not hold that one", async () => {
            host.write(INGRESS, "BACKUP\n");
            const { status, output } = await host.run("switchover", "", "--vip", "edge-ingress");
            assert.deepEqual([status, output.includes("does not hold the VIP")], [0, true]);
        });

        itNeeds(need, "names those that there are", async () => {
            const { status, output } = await host.run("switchover", "", "--vip", "ingres");
            assert.equal(status, 64);
            assert.match(output, /no VIP 'ingres' that moves by itself here; there are: kube-api edge-ingress/);
        });
    });

    itNeeds(need, "does not return with a proxy that does not run", async () => {
        host.write(FLAG, "1\n");
        host.set("active", "nginx", "failed");
        assert.equal((await host.run("switchover", "", "--return")).status, 0);
        assert.equal(host.read(FLAG), "1\n");
    });
});
