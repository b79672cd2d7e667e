import assert from "node:assert/strict";
import { parseReport } from "../../../components/inspection/report";
import { LINES } from "./reportLines";
import { CERTIFICATE } from "./samples";

const text = (lines: string[]): string => lines.map((line) => `${line}\n`).join("");

describe("the report of a host", () => {
    it("is read fact by fact", () => {
        assert.deepEqual(parseReport(text(LINES)), {
            time: 1795241957.942,
            tools: ["openssl"],
            interface: "host0",
            vips: {
                "10.30.100.100": {
                    instance: "kube_api",
                    holds: { mac: "02:1a:00:00:26:ad", interface: "host0" },
                    vrrp: { state: "MASTER", since: 1795241257.623 },
                    priority: 244,
                    routerId: 100,
                    neighbour: { mac: "02:1a:00:00:26:ae", state: "REACHABLE" },
                },
            },
            proxyDown: "0",
            answer: "e77c6a895a49",
            services: {
                nginx: { load: "loaded", state: "active", subState: "running", restarts: 2, since: 1795236678.842 },
                keepalived: { load: "masked", state: "inactive", subState: "dead", restarts: 0 },
            },
            stopped: { nginx: ["611", "612"] },
            spaces: [
                { place: "/", free: 412_000, size: 3_014_656, freeInodes: 180_000, inodes: 196_608 },
                { place: "/run", free: 50_000, size: 51_200, freeInodes: 0, inodes: 0 },
            ],
            defaultRoute: "gone",
            firewalls: ["ufw", "nftables, table inet filter"],
            packages: { nginx: "1.22.1-9+deb12u10" },
            files: [
                { path: "/etc/nginx/nginx.conf", mode: "644", sha256: "a".repeat(64) },
                { path: "/etc/keepalived/keepalived.conf" },
            ],
            listeners: [{ target: "10.30.100.100:6443", connected: true, http: 401, certificate: CERTIFICATE }],
            servers: [
                { target: "10.30.100.51:6443", connected: true },
                { target: "10.30.100.52:6443", connected: false, error: "no answer within 1.5 s" },
            ],
            journal: [
                { time: 1795236679.350143, unit: "keepalived", message: "(kube_api) Entering BACKUP STATE" },
                { time: 1795236679.350144, unit: "nginx", message: "Hi" },
                { time: 1795236679.350145, unit: "", message: "" },
            ],
        });
    });

    it("tells what a host announces by BGP, and who hears it", () => {
        const { announced, bgp, bfd } = parseReport(
            text([
                "inspection 3",
                "time 1795241957.942",
                "announced 172.30.0.10",
                "bgp router1 Established",
                "bgp router2 Active",
                "bfd 10.30.100.1 Up",
                "end",
            ]),
        );
        assert.deepEqual(
            [announced, bgp, bfd],
            [["172.30.0.10"], { router1: "Established", router2: "Active" }, { "10.30.100.1": "Up" }],
        );
    });

    it("of a machine that was never set up has nothing in it, and is a report", () => {
        const { files, vips, journal } = parseReport(
            text(["inspection 3", "time 1795241957.942", "service nginx     0.000", "end"]),
        );
        assert.deepEqual({ files, vips, journal }, { files: undefined, vips: {}, journal: [] });
    });

    it("that was cut off anywhere is refused, and never taken for a shorter one", () => {
        const whole = text(LINES).trimEnd();
        for (let length = 1; length < whole.length; length += 7)
            assert.throws(() => parseReport(whole.slice(0, length)), /cut off|not a report|another version/);
    });

    for (const [what, given, expected] of [
        ["nothing at all", "", /^Error: the answer of the program `inspect` is not a report$/],
        [
            "what a shell says without the program",
            "bash: /usr/local/libexec/ha-api/inspect: No such file or directory\n",
            /is not a report$/,
        ],
        ["another version", "inspection 1\nend\n", /is another version \(1\): `pulumi up` brings the right one$/],
        ["a report without a clock", "inspection 3\nend\n", /^Error: the report cannot be understood: time: /],
    ] as [string, string, RegExp][]) {
        it(`is not ${what}`, () =>
            assert.throws(
                () => parseReport(given),
                (error) => expected.test(String(error)),
            ));
    }
});
