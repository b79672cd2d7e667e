/**
 * The watcher, as it runs on a host: real connections, and systemctl, ip, nft and ss that write down what they were
 * told.
 */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { noPromtool, promtool } from "../../prometheus";
import { findProgram, itNeeds } from "../programs";
import { type FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";

const need = noFakeHost() || (findProgram("perl") === undefined && "perl is not installed");

/** A stop or a restart that somebody has just asked for is not taken back by it. */
const RELOAD = "systemctl reload --job-mode=fail nginx";
/** Times as short as they can be told apart on a busy machine. */
const NUMBERS = "0.1 0.4 2 2";

/** A server whose answers a test decides on; `undefined` lets everybody wait. */
class Answering {
    answer: (request: string) => string | undefined = () => undefined;
    private readonly server: Server;
    private readonly sockets = new Set<Socket>();

    constructor(readonly speaksFirst: boolean) {
        this.server = createServer((socket) => {
            this.sockets.add(socket);
            socket.on("error", () => undefined).on("close", () => this.sockets.delete(socket));
            const say = (request: string): void => {
                const text = this.answer(request);
                if (text !== undefined) socket.end(text);
            };
            if (speaksFirst) say("");
            socket.on("data", (data: Buffer) => {
                if (!speaksFirst) say(data.toString());
            });
        });
    }

    async start(): Promise<number> {
        await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        return (this.server.address() as AddressInfo).port;
    }

    async stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
    }
}

describe("the watcher", function () {
    this.timeout(40_000);
    let host: FakeHost;
    let watcher: ChildProcessWithoutNullStreams | undefined;
    let output = "";
    const proxy = new Answering(true),
        health = new Answering(false);
    const ports = { proxy: 0, health: 0 };

    before(async () => {
        if (need !== false) return;
        ports.proxy = await proxy.start();
        ports.health = await health.start();
    });
    after(async () => {
        await proxy.stop();
        await health.stop();
    });
    afterEach(async () => {
        if (watcher !== undefined) {
            const { exitCode, signalCode } = watcher;
            const ended = new Promise((resolve) => watcher!.once("close", resolve));
            watcher.kill("SIGKILL");
            if (exitCode === null && signalCode === null) await ended;
            watcher = undefined;
        }
    });
    fakeHostForEachTest((fresh) => {
        host = fresh;
        host.write("/run/ha-api/vrrp/kube_api", "BACKUP\n");
        host.set("active", "nginx", "active");
        host.write("/etc/nginx/nginx.conf", "");
        for (const name of ["ip", "ss"]) host.program(name, `echo "${name} $*" >> "$FAKE/orders.log"`);
        host.program(
            "nft",
            'if [[ $2 == - ]]; then sed "s/^/nft /" >> "$FAKE/orders.log"; [[ ! -e $FAKE/fails/nft ]]; else ' +
                'echo "nft $*" >> "$FAKE/orders.log"; rm -f "$FAKE/fails/nft"; fi',
        );
        host.program(
            "systemctl",
            'echo "systemctl $*" >> "$FAKE/orders.log"; if [[ $1 == is-active ]]; then echo active; else [[ ' +
                "! -e $FAKE/fails/reload ]]; fi",
        );
        proxy.answer = () => "checksum\n";
        health.answer = () => "HTTP/1.1 200 OK\r\n\r\nok";
    });

    function start(...settings: string[]): void {
        host.write(
            "/etc/ha-api/watcher.conf",
            [
                "vip kube_api 10.30.100.100 ha_api_kube_api",
                "interface ens18",
                "service nginx",
                "process nginx",
                "vrrp keepalived",
                ...settings,
                "",
            ].join("\n"),
        );
        output = "";
        watcher = host.spawn("perl", join(host.folder, "watch"), "/etc/ha-api/watcher.conf");
        watcher.stderr.on("data", (data: Buffer) => {
            output += data.toString();
        });
    }

    const orders = (): string[] =>
        (host.readFake("orders.log") ?? "")
            .trim()
            .split("\n")
            .filter((line) => !line.startsWith("systemctl is-active"));

    async function until(what: string, holds: () => boolean): Promise<void> {
        const deadline = Date.now() + 15_000;
        while (!holds()) {
            assert.ok(
                Date.now() < deadline,
                `${what}: not so within 15 s. Its output: ${output}; orders: ${orders().join("; ")}`,
            );
            await sleep(20);
        }
    }

    const READY = "nft add element ip ha_api_kube_api open { 10.30.100.100 timeout 5s }";
    const flag = (): string | undefined => host.read("/run/ha-api/proxy-hung")?.trim();
    const UPSTREAM = [
        "# Managed",
        "upstream kube_api.healthy {",
        "    zone kube_api.healthy 64k;",
        ...["", " backup"].flatMap((last) =>
            [51, 52].map((octet) => `    server 10.30.100.${octet}:6443 max_fails=0${last};`),
        ),
        "}",
        "",
    ].join("\n");
    const MAP = "~. kube_api.healthy;\n";

    function startWithServers(numbers = NUMBERS, ...more: string[]): void {
        host.write("/etc/ha-api/upstreams/kube_api", UPSTREAM);
        start(
            "group kube_api /etc/ha-api/upstreams/kube_api",
            ...[51, 52].map(
                (octet) =>
                    `server kube_api 10.30.100.${octet}:6443 http ${ports.health} /10.30.100.${octet}:6443 ${numbers}`,
            ),
            ...more,
        );
    }

    itNeeds(
        need,
        "tells keepalived of a proxy that takes connections and does not answer, and when it answers again",
        async () => {
            start(`proxy ${ports.proxy} banner ${NUMBERS}`);
            await until("it starts healthy", () => flag() === "0");
            proxy.answer = () => undefined;
            await until("it is hung", () => flag() === "1");
            proxy.answer = () => "checksum\n";
            await until("it is healthy", () => flag() === "0");
            await until("it has logged it", () =>
                /The proxy hangs: no answer within 0\.4 s[^]*The proxy answers again/.test(output),
            );
        },
    );

    const METRICS = "/var/lib/prometheus/node-exporter/ha-api.prom";
    const metrics = (): string => host.read(METRICS) ?? "";

    itNeeds(need, "writes metrics for node-exporter, and takes them away when it has ended", async () => {
        host.write("/var/lib/prometheus/node-exporter/other.prom", "");
        host.write("/run/ha-api/proxy-down", "0\n");
        host.write("/etc/ha-api/deployed", "# Managed\nversion 1.2.3\nconfiguration 0123456789ab\n");
        startWithServers(NUMBERS, "metrics nginx");
        const vip = 'vip="10.30.100.100"';
        await until("a backup", () => metrics().includes(`ha_api_vrrp_state{state="backup",${vip}} 1\n`));
        assert.match(metrics(), /^ha_api_proxy_up 1$/m);
        const deployed = `configuration="0123456789ab",engine="nginx",version="1.2.3",${vip}`;
        assert.ok(metrics().includes(`ha_api_info{${deployed}} 1\n`), metrics());
        assert.ok(metrics().includes(`ha_api_vrrp_transitions_total{to="master",${vip}} 0\n`), metrics());
        host.write("/run/ha-api/vrrp/kube_api", "MASTER\n");
        await until("a master", () => metrics().includes(`ha_api_vrrp_state{state="master",${vip}} 1\n`));
        assert.ok(metrics().includes(`ha_api_vrrp_transitions_total{to="master",${vip}} 1\n`), metrics());
        const server = '{group="kube_api",server="10.30.100.51:6443"}';
        health.answer = (request) => `HTTP/1.1 ${request.includes("51:6443") ? "504 Timeout" : "200 OK"}\r\n\r\n`;
        await until("a server down", () => metrics().includes(`ha_api_server_up${server} 0\n`));
        assert.ok(metrics().includes(`ha_api_server_changes_total${server} 1\n`), metrics());
        await until("a reload", () => /^ha_api_proxy_reloads_total 1$/m.test(metrics()));
        watcher!.kill("SIGKILL");
        await new Promise((resolve) => {
            host.spawn("perl", join(host.folder, "watch"), "/etc/ha-api/watcher.conf", "clean-up").on("close", resolve);
        });
        assert.equal(host.read(METRICS), undefined);
    });

    itNeeds(need || noPromtool, "writes metrics that promtool has nothing to say of", async function () {
        this.timeout(120_000);
        host.write("/var/lib/prometheus/node-exporter/other.prom", "");
        host.write("/etc/ha-api/deployed", "# Managed\nversion 1.2.3\nconfiguration 0123456789ab\n");
        startWithServers(NUMBERS, "metrics nginx");
        await until("a backup", () => /state="backup",vip="[^"]*"} 1/.test(metrics()));
        host.write("/run/ha-api/vrrp/kube_api", "MASTER\n");
        await until("a transition", () => metrics().includes("last_transition"));
        assert.equal(promtool(["check", "metrics"], metrics()), "");
    });

    itNeeds(need, "writes no metrics unless asked", async () => {
        host.write("/var/lib/prometheus/node-exporter/other.prom", "");
        start(`proxy ${ports.proxy} banner ${NUMBERS}`);
        await until("it runs", () => flag() === "0");
        await sleep(500);
        assert.equal(host.read(METRICS), undefined);
    });

    itNeeds(need, "leaves a proxy that does not run to systemd, which has told keepalived already", async () => {
        const gone = new Answering(true);
        const port = await gone.start();
        await gone.stop();
        start(`proxy ${port} banner 0.05 0.4 1 1`);
        await until("it runs", () => flag() === "0");
        await sleep(500);
        assert.equal(flag(), "0");
    });

    itNeeds(need, "tells keepalived of a proxy that was down and comes back hung", async () => {
        const answering = new Answering(true);
        const port = await answering.start();
        await answering.stop();
        start(`proxy ${port} banner ${NUMBERS}`);
        await until("it runs", () => flag() === "0");
        await sleep(800);
        assert.equal(flag(), "0", "one that is down is systemd's business");
        const silent = createServer(() => undefined);
        await new Promise<void>((resolve) => silent.listen(port, "127.0.0.1", resolve));
        try {
            await until("it is hung", () => flag() === "1");
        } finally {
            silent.close();
            watcher!.kill("SIGKILL");
        }
    });

    for (const [what, answer] of [
        ["is not ready", "HTTP/1.1 500 Internal Server Error\r\n\r\n"],
        ["refuses connections", "HTTP/1.1 502 Bad Gateway\r\n\r\n"],
        ["hangs", undefined],
    ] as const) {
        itNeeds(need, `ejects an API server that ${what}, and readmits it when it is healthy`, async () => {
            startWithServers();
            health.answer = (request) =>
                request.startsWith("GET /10.30.100.52:6443 ") ? answer : "HTTP/1.1 200 OK\r\n\r\n";
            await until("it is ejected", () => orders().includes(RELOAD));
            assert.equal(
                host.read("/run/ha-api/nginx/kube_api.upstream"),
                UPSTREAM.replace("    server 10.30.100.52:6443 max_fails=0;\n", ""),
            );
            assert.equal(host.read("/run/ha-api/nginx/kube_api.map"), MAP);
            health.answer = () => "HTTP/1.1 200 OK\r\n\r\n";
            await until("it is back", () => orders().filter((order) => order === RELOAD).length === 2);
            assert.deepEqual(host.list("/run/ha-api/nginx"), []);
            assert.doesNotMatch(output, / at \S+ line \d+/, "Perl has nothing to complain of");
        });
    }

    itNeeds(need, "does not eject a server of which single answers get lost", async () => {
        // Of three questions two are lost: more than a network loses that can be used at all.
        let asked = 0;
        health.answer = (request) =>
            request.startsWith("GET /10.30.100.52:6443 ") && asked++ % 3 !== 2 ? undefined : "HTTP/1.1 200 OK\r\n\r\n";
        startWithServers("0.1 0.9 2 2");
        await until("it was asked often", () => asked > 12);
        assert.doesNotMatch(output, /is unhealthy/);
        assert.deepEqual(host.list("/run/ha-api/nginx"), []);
    });

    itNeeds(
        need,
        "takes no longer with a server that never answers: two checks of the time they are given",
        async () => {
            startWithServers("0.1 0.6 2 2");
            await sleep(300);
            health.answer = (request) =>
                request.startsWith("GET /10.30.100.52:6443 ") ? undefined : "HTTP/1.1 200 OK\r\n\r\n";
            const since = Date.now();
            await until("it is ejected", () => /52:6443 is unhealthy: no answer within 0\.6 s/.test(output));
            assert.ok(Date.now() - since < 2200, `it took ${Date.now() - since} ms`);
        },
    );

    itNeeds(need, "does not blame API servers for a proxy that does not run, and does not answer", async () => {
        const gone = new Answering(false);
        const port = await gone.start();
        await gone.stop();
        host.write("/etc/ha-api/upstreams/kube_api", UPSTREAM);
        start(
            `proxy ${ports.proxy} banner ${NUMBERS}`,
            "group kube_api /etc/ha-api/upstreams/kube_api",
            `server kube_api 10.30.100.51:6443 http ${port} /51 ${NUMBERS}`,
            `server kube_api 10.30.100.52:6443 http ${ports.health} /52 ${NUMBERS}`,
        );
        await until("it starts healthy", () => flag() === "0");
        proxy.answer = health.answer = () => undefined;
        await until("the proxy is hung", () => flag() === "1");
        await sleep(1500);
        assert.doesNotMatch(output, /is unhealthy/);
    });

    itNeeds(need, "tells the proxy again where it could not be told", async () => {
        host.fail("reload");
        startWithServers();
        health.answer = (request) =>
            request.startsWith("GET /10.30.100.52:6443 ")
                ? "HTTP/1.1 500 Internal Server Error\r\n\r\n"
                : "HTTP/1.1 200 OK\r\n\r\n";
        await until("it has failed", () => /could not be reloaded; it is tried again/.test(output));
        host.heal("reload");
        await until("it is reloaded again", () => orders().filter((order) => order === RELOAD).length === 2);
    });

    itNeeds(
        need,
        "leaves a server out for longer when the proxy has too many workers of earlier configurations",
        async () => {
            const titled = (title: string): ChildProcessWithoutNullStreams =>
                spawn("bash", ["-c", `exec -a "${title}" sleep 30`]);
            // Other workers of nginx on this machine count as well: enough for all of them, and for those of a lab that
            // starts meanwhile.
            const workers = commandLines().filter((each) => /^nginx: worker process(?! is shutting)/.test(each));
            const old = Array.from({ length: 8 * (workers.length + 8) + 1 }, () =>
                titled("nginx: worker process is shutting down"),
            );
            try {
                startWithServers();
                health.answer = (request) =>
                    request.startsWith("GET /10.30.100.52:6443 ")
                        ? "HTTP/1.1 500 Internal Server Error\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\n\r\n";
                await until("it is ejected", () => orders().includes(RELOAD));
                health.answer = () => "HTTP/1.1 200 OK\r\n\r\n";
                await until("it waits", () => /is healthy again\.[^]*recovered servers wait for them/.test(output));
                assert.equal(orders().filter((order) => order === RELOAD).length, 1);
            } finally {
                for (const process of old) process.kill("SIGKILL");
            }
        },
    );

    itNeeds(need, "takes an API server that answers 401 or 403 for healthy", async () => {
        health.answer = () => "HTTP/1.1 401 Unauthorized\r\n\r\n";
        startWithServers();
        await sleep(1500);
        assert.deepEqual(host.list("/run/ha-api/nginx"), []);
        assert.ok(!orders().includes(RELOAD), "nginx is left alone");
    });

    itNeeds(need, "ejects none when none is healthy: their own answers are better than nothing", async () => {
        health.answer = () => "HTTP/1.1 500 Internal Server Error\r\n\r\n";
        startWithServers();
        await until("it says so", () => /no server is healthy; all of them are tried/.test(output));
        assert.deepEqual(host.list("/run/ha-api/nginx"), []);
    });

    itNeeds(need, "readmits what an earlier watcher ejected, and checks again", async () => {
        host.write("/run/ha-api/nginx/kube_api.upstream", UPSTREAM);
        host.write("/run/ha-api/nginx/kube_api.map", MAP);
        startWithServers();
        await until("nginx is reloaded", () => orders().includes(RELOAD));
        assert.deepEqual(host.list("/run/ha-api/nginx"), []);
    });

    itNeeds(need, "of other services checks that they take connections", async () => {
        const service = new Answering(true);
        const port = await service.start();
        host.write(
            "/etc/ha-api/upstreams/etcd",
            `upstream etcd.well {\n    server 127.0.0.1:${port};\n    server 127.0.0.1:${ports.health};\n}\n`,
        );
        start(
            "group etcd /etc/ha-api/upstreams/etcd",
            `server etcd 127.0.0.1:${port} connect ${NUMBERS}`,
            `server etcd 127.0.0.1:${ports.health} connect ${NUMBERS}`,
        );
        await sleep(500);
        await service.stop();
        await until(
            "it is ejected",
            () =>
                host.read("/run/ha-api/nginx/etcd.upstream") ===
                `upstream etcd.well {\n    server 127.0.0.1:${ports.health};\n}\n`,
        );
    });

    itNeeds(
        need,
        "keeps answering for the connections it has when the VIP goes, tells the rest to reconnect, and is " +
            "ready for the next time",
        async () => {
            start("switchover /etc/ha-api/switchover.nft");
            await until("it is ready", () =>
                orders().some((order) => order.startsWith("nft add element ip ha_api_kube_api open")),
            );
            const begin = orders().length;
            host.write("/run/ha-api/vrrp/kube_api", "MASTER\n");
            await until("a new master stops forwarding", () =>
                orders().slice(begin).includes("nft flush set ip ha_api_kube_api open"),
            );
            assert.deepEqual(orders().slice(begin), [
                "ip route replace local 10.30.100.100 dev lo table local scope host metric 100",
                "nft flush set ip ha_api_kube_api open",
            ]);
            const held = orders().length;
            host.write("/run/ha-api/vrrp/kube_api", "FAULT\n");
            await until("it is ready again", () =>
                orders()
                    .slice(held)
                    .some((order) => order.startsWith("nft add element")),
            );
            assert.deepEqual(orders().slice(held), [
                "ss --kill --no-header state connected src 10.30.100.100",
                "ip route del local 10.30.100.100 dev lo table local scope host metric 100",
                "nft flush set ip ha_api_kube_api known",
                "nft flush set ip ha_api_kube_api open",
                READY,
            ]);
        },
    );

    itNeeds(
        need,
        "renews the end of forwarding again and again, and loads the rules where they were flushed",
        async () => {
            start("switchover /etc/ha-api/switchover.nft");
            const ready = (): number => orders().filter((order) => order === READY).length;
            await until("it is ready", () => ready() === 1);
            await until("it says so again", () => ready() === 2);
            // The call that has said so may be the one that fails.
            const before = orders().length - 1;
            host.fail("nft");
            await until("the rules are there again", () =>
                orders()
                    .slice(before)
                    .join("; ")
                    .includes(
                        `${READY}; nft -f /etc/ha-api/switchover.nft; nft flush set ip ha_api_kube_api open; ${READY}`,
                    ),
            );
        },
    );

    itNeeds(need, "serves each VIP by itself, and has all of them on record", async () => {
        start("vip six 2001:db8::100 ha_api_six", "switchover /etc/ha-api/switchover.nft");
        const readySix = "nft add element ip6 ha_api_six open { 2001:db8::100 timeout 5s }";
        await until("both are ready", () => orders().includes(READY) && orders().includes(readySix));
        assert.match(
            host.read("/run/ha-api/switchover") ?? "",
            /^vip 10\.30\.100\.100 ha_api_kube_api\nvip 2001:db8::100 ha_api_six\ninterface ens18\n/,
        );
        const begin = orders().length;
        host.write("/run/ha-api/vrrp/six", "MASTER\n");
        await until("it stops forwarding for the one it holds", () =>
            orders().slice(begin).includes("nft flush set ip6 ha_api_six open"),
        );
        assert.ok(
            orders()
                .slice(begin)
                .includes("ip route replace local 2001:db8::100 dev lo table local scope host metric 100"),
            orders().join("; "),
        );
        await until("it stays ready for the other", () => orders().slice(begin).includes(READY));
        const held = orders().length;
        host.write("/run/ha-api/vrrp/six", "BACKUP\n");
        await until("it has drained", () => orders().slice(held).includes(readySix));
        assert.ok(
            orders().slice(held).includes("ss --kill --no-header state connected src [2001:db8::100]"),
            orders().join("; "),
        );
        assert.doesNotMatch(output, / at \S+ line \d+/, "Perl has nothing to complain of");
    });

    for (const [version, record] of [
        [
            "the version before",
            "vip 10.30.100.109\ntable ha_api_kube_api\ninterface ens19\narp_announce 0\narp_ignore 0\n",
        ],
        ["the first version", "vip 10.30.100.109\ninterface ens19\narp_announce 0\narp_ignore 0\n"],
    ] as const) {
        itNeeds(need, `undoes what ${version} left on record`, async () => {
            host.write("/run/ha-api/switchover", record);
            start();
            await until("it has begun", () => flag() === "0" && host.read("/run/ha-api/switchover") === undefined);
            assert.deepEqual(orders(), [
                `nft delete table ip ha_api${record.includes("table") ? "_kube_api" : ""}`,
                "ip route del local 10.30.100.109 dev lo table local scope host metric 100",
            ]);
        });
    }

    itNeeds(need, "undoes what it did also when the settings say no more what that was", async () => {
        start("switchover /etc/ha-api/switchover.nft");
        await until("it is ready", () => orders().includes(READY));
        const before = orders().length;
        host.write(
            "/etc/ha-api/watcher.conf",
            "vip kube_api 10.30.100.109 ha_api_kube_api\ninterface ens19\nservice nginx\n",
        );
        await new Promise((resolve) =>
            host
                .spawn("perl", join(host.folder, "watch"), "/etc/ha-api/watcher.conf", "clean-up")
                .once("close", resolve),
        );
        assert.deepEqual(
            orders()
                .slice(before)
                .filter((order) => order !== READY && !order.startsWith("nft flush")),
            [
                "nft delete table ip ha_api_kube_api",
                "ip route del local 10.30.100.100 dev lo table local scope host metric 100",
            ],
        );
        assert.equal(host.read("/run/ha-api/switchover"), undefined);
    });

    itNeeds(need, "drops nothing of a VIP that is back before the drain is over", async () => {
        start("switchover /etc/ha-api/switchover.nft");
        await until("it is ready", () => orders().some((order) => order.startsWith("nft add element")));
        for (const state of ["MASTER", "BACKUP", "MASTER"]) {
            host.write("/run/ha-api/vrrp/kube_api", `${state}\n`);
            await sleep(300);
        }
        const begin = orders().length;
        await sleep(1500);
        assert.deepEqual(
            orders()
                .slice(begin)
                .filter((order) => order.startsWith("ss ")),
            [],
        );
    });

    itNeeds(
        need,
        "makes its folder again when it was removed, with what is known, and has keepalived read it again",
        async () => {
            host.write("/run/ha-api/vrrp/kube_api", "MASTER\n");
            start("switchover /etc/ha-api/switchover.nft", `proxy ${ports.proxy} banner ${NUMBERS}`);
            await until("it has begun", () => orders().some((order) => order.startsWith("ip route replace")));
            const record = host.read("/run/ha-api/switchover");
            const before = orders().length;
            host.remove("/run/ha-api");
            await until("it is there again", () =>
                orders().slice(before).includes("systemctl reload --no-block --job-mode=fail keepalived"),
            );
            assert.deepEqual(
                ["vrrp/kube_api", "proxy-down", "proxy-hung", "switchover"].map((name) =>
                    host.read(`/run/ha-api/${name}`),
                ),
                ["MASTER\n", "0\n", "0\n", record],
            );
            assert.deepEqual(host.list("/run/ha-api/nginx"), []);
            assert.match(output, /\/run\/ha-api was removed, and is there again/);
            await sleep(1500);
            assert.ok(
                !orders()
                    .slice(before)
                    .some((order) => order.startsWith("ss --kill")),
                "the VIP did not go meanwhile",
            );
        },
    );

    itNeeds(need, "makes the files by which several VIPs leave again, before keepalived reads them", async () => {
        const leaving = ["kube_api", "ingress"].map((name) => `/run/ha-api/leaving/${name}`);
        start(`proxy ${ports.proxy} banner ${NUMBERS}`, "vip ingress 10.30.100.110 ha_api_ingress");
        await until("it has begun", () => flag() === "0");
        // Its first files are written.
        await sleep(300);
        host.remove("/run/ha-api");
        await until("keepalived reads again", () =>
            orders().includes("systemctl reload --no-block --job-mode=fail keepalived"),
        );
        assert.deepEqual(
            leaving.map((file) => host.read(file)),
            ["0\n", "0\n"],
        );
    });

    itNeeds(need, "ejects an unhealthy server again when the folder with that state was removed", async () => {
        startWithServers();
        health.answer = (request) =>
            request.startsWith("GET /10.30.100.52:6443 ")
                ? "HTTP/1.1 500 Internal Server Error\r\n\r\n"
                : "HTTP/1.1 200 OK\r\n\r\n";
        await until("it is ejected", () => host.list("/run/ha-api/nginx").length === 2);
        host.remove("/run/ha-api");
        await until("it is ejected again", () => host.list("/run/ha-api/nginx").length === 2);
    });

    itNeeds(need, "tells systemd again and again that it goes round", async () => {
        const path = join(host.folder, "run/notify");
        const listener = spawn("perl", [
            "-MSocket",
            "-e",
            "$| = 1; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); bind($s, pack_sockaddr_un($ARGV[0])) or die; " +
                'print "ready\n"; while (defined recv $s, my $m, 99, 0) { print "$m\n" }',
            path,
        ]);
        let heard = "";
        listener.stdout.on("data", (data: Buffer) => {
            heard += data.toString();
        });
        try {
            await until("the capture listens", () => heard.includes("ready"));
            process.env["NOTIFY_SOCKET"] = path;
            start("linger 0.5");
            delete process.env["NOTIFY_SOCKET"];
            const count = (): number => heard.split("WATCHDOG=1").length - 1;
            await until("it says so again and again", () => count() >= 2);
        } finally {
            listener.kill();
        }
    });

    itNeeds(
        need || (findProgram("chrt") === undefined && "chrt is not installed"),
        "gives a VRRP process that keepalived started again its priority",
        async () => {
            // A parent with one child: as keepalived is.
            const keepalived = spawn("bash", ["-c", "sleep 30 & wait"]);
            try {
                // The one that stays, and none that the shell starts for a moment.
                const isSleep = (pid: string | undefined): boolean =>
                    pid !== undefined && processFile(pid, "comm") === "sleep\n";
                await until("it has a child", () => isSleep(childOf(keepalived.pid!)));
                const child = childOf(keepalived.pid!)!;
                host.write("/run/keepalived.pid", `${keepalived.pid!}\n`);
                host.program("chrt", 'echo "chrt $*" >> "$FAKE/orders.log"');
                start("real-time 49", "vrrp-pid /run/none.pid", "vrrp-pid /run/keepalived.pid");
                await until("it has its priority", () =>
                    orders().includes(`chrt --reset-on-fork --rr --pid 49 ${child}`),
                );
                await until("the journal has it", () =>
                    output.includes(
                        `VRRP process (${child}) was started again without its real-time priority, and has it back`,
                    ),
                );
                await sleep(2500);
                assert.equal(orders().length, 1, "once");
            } finally {
                const child = childOf(keepalived.pid!);
                if (child !== undefined) process.kill(Number(child), "SIGKILL");
                keepalived.kill("SIGKILL");
            }
        },
    );

    describe("when another machine claims the VIP", () => {
        let network: ChildProcessWithoutNullStreams | undefined;
        const STRANGER = "02:1b:0a:4d:00:3d";
        const inside = (...command: string[]): ChildProcessWithoutNullStreams =>
            spawn("nsenter", [`--net=/proc/${network!.pid!}/ns/net`, ...command]);

        /** A network of its own: ens18, and at the other end of its cable, ens19, the stranger. */
        async function begin(vip: string, others: string): Promise<void> {
            network = spawn("unshare", ["--net", "sleep", "60"]);
            await sleep(200);
            await makeInterface();
            host.write(
                "/etc/ha-api/watcher.conf",
                `vip kube_api ${vip} ha_api_kube_api\ninterface ens18\nservice nginx\nothers ${others}\n`,
            );
            output = "";
            watcher = host.spawn(
                "nsenter",
                `--net=/proc/${network.pid!}/ns/net`,
                "sh",
                "-c",
                `"mount -t sysfs sysfs /sys && exec perl ${join(host.folder, "watch")} /etc/ha-api/watcher.conf"`,
            );
            watcher.stderr.on("data", (data: Buffer) => {
                output += data.toString();
            });
            await until("it has begun", () => flag() === "0");
        }
        afterEach(() => {
            network?.kill("SIGKILL");
        });

        async function makeInterface(): Promise<void> {
            const script =
                "ip link add ens18 type veth peer name ens19 && ip addr add 10.30.100.101/24 dev ens18 && " +
                "ip addr add fd00:30::101/64 dev ens18 nodad && ip link set ens18 up && ip link set ens19 up";
            assert.equal(await new Promise((resolve) => inside("sh", "-c", script).once("close", resolve)), 0);
        }

        /** Runs Perl at the stranger's end of the cable; `$index` is that of ens19, `$own` the MAC address of ens18. */
        async function asStranger(program: string, ...args: string[]): Promise<string> {
            const head = String.raw`
                use Socket qw(SOCK_DGRAM AF_INET6 inet_aton inet_pton); use Time::HiRes 'time'; $| = 1;
                my ($index) = do { open my $f, '<', '/sys/class/net/ens19/ifindex'; <$f> }; my $own = do { open my $f, '<', '/sys/class/net/ens18/address'; <$f> };
                chomp $own; my $begin = time; socket(my $s, 17, SOCK_DGRAM, 0) or die;`;
            // /sys shows the interfaces of whoever mounted it.
            const child = inside(
                "unshare",
                "--mount",
                "sh",
                "-c",
                'mount -t sysfs sysfs /sys && exec perl -e "$0" "$@"',
                head + program,
                ...args,
            );
            let text = "";
            child.stdout.on("data", (data: Buffer) => {
                text += data.toString();
            });
            child.stderr.on("data", (data: Buffer) => {
                text += data.toString();
            });
            await new Promise((resolve) => child.once("close", resolve));
            return text.trim();
        }

        /**
         * Each announces the VIP, then prints after how many milliseconds the host's own announcement came, or nothing
         * after a second.
         */
        const families = [
            {
                family: "IPv4",
                vip: "10.30.100.100",
                others: "10.30.100.102",
                announce: () =>
                    asStranger(
                        String.raw`
                    my $to = pack 'S n i S C C a8', 17, 0x0806, $index, 0, 0, 6, "\xff" x 6; bind($s, $to) or die $!; $own =~ tr/://d;
                    my $vip = inet_aton('10.30.100.100');
                    send $s, pack('n n C C n H12 a4 H12 a4', 1, 0x800, 6, 4, 1, $ARGV[0], $vip, '0' x 12, $vip), 0, $to;
                    my $in = ''; vec($in, fileno $s, 1) = 1;
                    while (time < $begin + 1) { next if !select(my $r = $in, undef, undef, 0.05); recv $s, my $p, 64, 0; my ($mac, $ip) = unpack 'x8 H12 a4', $p;
                        if ($mac eq $own && $ip eq $vip) { printf "%d\n", 1000 * (time - $begin); exit } }`,
                        STRANGER.replaceAll(":", ""),
                    ),
            },
            {
                family: "IPv6",
                vip: "fd00:30::100",
                others: "fd00:30::102",
                // What it took is undone by what the kernel takes for a whole and valid advertisement.
                announce: () =>
                    asStranger(
                        String.raw`
                    my ($vip, $all) = map { inet_pton(AF_INET6, $_) } 'fd00:30::100', 'ff02::1';
                    system 'ip', '-6', 'neighbour', 'replace', 'fd00:30::100', 'lladdr', $ARGV[0], 'dev', 'ens19', 'nud', 'stale';
                    my $to = pack 'S n i S C C a8', 17, 0x86dd, $index, 0, 0, 6, "\x33\x33\0\0\0\x01"; bind($s, $to) or die $!;
                    my $icmp = pack 'C C n N a16 C C H12', 136, 0, 0, 0x20000000, $vip, 2, 1, $ARGV[0] =~ tr/://dr;
                    send $s, pack('N n C C a16 a16', 0x60000000, length $icmp, 58, 255, $vip, $all) . $icmp, 0, $to;
                    while (time < $begin + 1) { if (qx{ip -6 neighbour show fd00:30::100 dev ens19} =~ /$own/) { printf "%d\n", 1000 * (time - $begin); exit } }`,
                        STRANGER,
                    ),
            },
        ];

        for (const { family, vip, others, announce } of families)
            describe(`of ${family}`, () => {
                beforeEach(async () => {
                    if (need === false) await begin(vip, others);
                });

                itNeeds(
                    need,
                    "the master announces itself at once, and the journal names the other machine",
                    async () => {
                        host.write("/run/ha-api/vrrp/kube_api", "MASTER\n");
                        await sleep(300);
                        const took = await announce();
                        assert.match(took, /^\d{2,3}$/, `announced again after ${took} ms; it output: ${output}`);
                        assert.ok(
                            output.includes(
                                `${STRANGER}, which is none of the hosts, says that it has ${vip}. This host, which ` +
                                    "holds it, has announced itself again.",
                            ),
                            output,
                        );
                    },
                );

                itNeeds(
                    need,
                    "the same on an interface that was deleted and made again, as ifdown and ifup do",
                    async () => {
                        host.write("/run/ha-api/vrrp/kube_api", "MASTER\n");
                        await new Promise((resolve) => inside("ip", "link", "del", "ens18").once("close", resolve));
                        await makeInterface();
                        await until("it has noticed", () => output.includes("ens18 was made again"));
                        assert.match(await announce(), /^\d{2,3}$/, output);
                    },
                );

                itNeeds(
                    need,
                    "a host that is not master stays silent, since the other machine may be the master",
                    async () => {
                        assert.deepEqual([await announce(), output], ["", ""]);
                    },
                );
            });

        itNeeds(need, "another host of the pair is believed, whose IPv6 address has that MAC address", async () => {
            const known = `fd00:30::102 dev ens18 lladdr ${STRANGER} REACHABLE`;
            host.program("ip", `[ "$*" != "-6 neighbour show" ] || echo "${known}"`);
            await begin("fd00:30::100", "fd00:30::102");
            host.write("/run/ha-api/vrrp/kube_api", "MASTER\n");
            await sleep(300);
            assert.deepEqual([await families[1]!.announce(), output], ["", ""]);
        });
    });
});

/** What /proc tells of a process; empty when it is gone, which may be between any two calls. */
function processFile(pid: number | string, name: string): string {
    try {
        return readFileSync(`/proc/${pid}/${name}`, "utf8");
    } catch {
        return "";
    }
}

/** The command line of every process of this machine. */
function commandLines(): string[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => processFile(pid, "cmdline"));
}

/** The first child of a process. */
function childOf(pid: number): string | undefined {
    return processFile(pid, `task/${pid}/children`)
        .split(" ")
        .find((each) => each !== "");
}
