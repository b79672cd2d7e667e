import assert from "node:assert/strict";
import { hostFiles } from "../../../components/render/host";
import type { Inputs } from "../../../components/model/inputs";
import { SWITCHOVER_RULES, INTERFACE_PLACEHOLDER } from "../../../components/host/paths";
import { CHECKED_INTERFACE, itOnEachRelease } from "../../checkers";
import { existingMachines, modelOf } from "../support";

function file(path: string, over: Partial<Inputs> = {}, host = 0): string | undefined {
    const model = modelOf(existingMachines(over));
    return hostFiles(model, model.hosts[host]!).find((candidate) => candidate.path === path)?.content;
}

const settings = (over: Partial<Inputs> = {}): string[] =>
    file("/etc/ha-api/watcher.conf", over)!
        .split("\n")
        .filter((line) => !line.startsWith("#"));
const two = [
    { name: "vrrp1", address: "10.30.100.101" },
    { name: "vrrp2", address: "10.30.100.102", priority: 100 },
];

describe("the configuration of the watcher", () => {
    it("is each API server with the path nginx asks it by, and of other services the connection", () => {
        const lines = settings({
            apiServers: ["10.30.100.51:6444"],
            listeners: [
                { name: "etcd", port: 2379, backends: ["10.30.100.52"] },
                { name: "dns", port: 53, protocol: "udp", backends: ["10.30.100.52"] },
            ],
        });
        assert.deepEqual(
            lines.filter((line) => /^(group|server) /.test(line)),
            [
                "group kube_api /etc/ha-api/upstreams/kube_api",
                "server kube_api 10.30.100.51:6444 http 6441 /10.30.100.51:6444 0.5 0.75 2 2",
                "group etcd /etc/ha-api/upstreams/etcd",
                "server etcd 10.30.100.52:2379 connect 0.5 0.75 2 2",
            ],
        );
        assert.match(
            file("/etc/nginx/nginx.conf", { apiServers: ["10.30.100.51:6444"] })!,
            /location = \/10\.30\.100\.51:6444 \{ proxy_pass https:\/\/10\.30\.100\.51:6444\/readyz; \}/,
        );
    });

    it("is nothing about servers with HAProxy, which checks them itself", () => {
        assert.deepEqual(
            settings({ engine: "haproxy" }).filter((line) => /^(group|server) /.test(line)),
            [],
        );
    });

    it("is to leave the proxy alone where keepalived is not to follow it", () => {
        assert.deepEqual(
            settings({ vrrp: { trackProxy: false } }).filter((line) => line.startsWith("proxy ")),
            [],
        );
        assert.deepEqual(
            settings().filter((line) => line.startsWith("proxy ")),
            ["proxy 6442 banner 0.25 0.5 2 2"],
        );
    });

    it("keeps a switchover going for at least a second, and until the slowest backup has the VIP", () => {
        const drain = (over: Partial<Inputs>): string | undefined =>
            settings({ hosts: two, ...over }).find((line) => line.startsWith("drain "));
        assert.equal(drain({}), "drain 1");
        assert.equal(drain({ vrrp: { advertisementInterval: 2 } }), "drain 1.72");
        assert.equal(drain({ vrrp: { version: 2 } }), "drain 1.11");
    });

    it(
        "is how long to go on serving when the VIP was given up: half a second after the slowest backup may have " +
            "it, and 10 s at most",
        () => {
            const linger = (over: Partial<Inputs>): string | undefined =>
                settings({ hosts: two, ...over }).find((line) => line.startsWith("linger "));
            assert.deepEqual(
                [{}, { vrrp: { version: 2 } }, { vrrp: { advertisementInterval: 40 } }].map((over) =>
                    linger(over as Partial<Inputs>),
                ),
                ["linger 0.57", "linger 1.11", "linger 10"],
            );
        },
    );

    it("has nothing about switchovers where they are immediate, or where there is no other host", () => {
        for (const over of [
            { vrrp: { switchover: "immediate" as const } },
            { hosts: two.slice(0, 1), allowSingleHost: true },
        ]) {
            assert.deepEqual(
                settings(over).filter((line) => /^(switchover|drain) /.test(line)),
                [],
            );
            assert.equal(file("/etc/ha-api/switchover.nft", over), undefined);
        }
    });
});

describe("the rules for switchovers", () => {
    it("send on to every other host, and only for the TCP ports of the VIP", () => {
        const rules = file("/etc/ha-api/switchover.nft", {
            hosts: [...two, { name: "vrrp3", address: "10.30.100.103", priority: 50 }],
            listeners: [
                { name: "etcd", port: 2379, backends: ["10.30.100.52"] },
                { name: "dns", port: 53, protocol: "udp", backends: ["10.30.100.52"] },
            ],
        })!;
        assert.deepEqual(rules.match(/dup to \S+/g), ["dup to 10.30.100.102", "dup to 10.30.100.103"]);
        assert.match(rules, /ip daddr 10\.30\.100\.100 tcp dport \{ 6443, 2379 \} jump to_vip/);
    });
});

describe("the rules for switchovers, as nft sees them", () => {
    itOnEachRelease("are good, whether the table is there or not", (checker) => {
        const rules = {
            [SWITCHOVER_RULES]: file(SWITCHOVER_RULES, { hosts: two })!.replaceAll(
                INTERFACE_PLACEHOLDER,
                CHECKED_INTERFACE,
            ),
        };
        const good = { status: 0, output: "" };
        assert.deepEqual(checker.run("nft", ["--check", "--file", SWITCHOVER_RULES], rules), good);
        assert.deepEqual(checker.run("nft", ["--file", SWITCHOVER_RULES], rules), good);
        assert.deepEqual(checker.run("nft", ["--check", "--file", SWITCHOVER_RULES], rules), good);
        assert.deepEqual(checker.run("nft", ["flush", "ruleset"]), good);
    });
});

describe("the profiles", () => {
    for (const [profile, interval] of [
        ["fast", "0.05"],
        ["balanced", "0.1"],
        ["tolerant", "0.3"],
    ] as const) {
        it(`${profile} is an advertisement every ${interval} s, unless the time is given`, () => {
            assert.match(
                file("/etc/keepalived/keepalived.conf", { vrrp: { profile } })!,
                new RegExp(`advert_int ${interval}$`, "m"),
            );
            assert.match(
                file("/etc/keepalived/keepalived.conf", { vrrp: { profile, advertisementInterval: 0.7 } })!,
                /advert_int 0\.7$/m,
            );
        });
    }
});
