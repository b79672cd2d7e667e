import assert from "node:assert/strict";
import { eventsOf } from "../../../components/inspection/events";
import { certificateFacts, covers, daysLeft } from "../../../components/inspection/certificate";
import type { Inspection } from "../../../components/inspection/report";
import { allHealthy, CERTIFICATE } from "./samples";

describe("what happened", () => {
    const journal = (
        host: number,
        entries: [time: number, unit: string, message: string][],
    ): { host: string; inspection: Inspection } => {
        const { host: name, inspection } = allHealthy()[host]!;
        return {
            host: name,
            inspection: { ...inspection!, journal: entries.map(([time, unit, message]) => ({ time, unit, message })) },
        };
    };

    it("is listed for all hosts in one order: only moves of the VIP, and starts and ends of daemons", () => {
        const reports = [
            journal(0, [
                [30.5, "keepalived", "(kube_api) Entering MASTER STATE"],
                [10, "nginx", "nginx.service: Main process exited, code=killed, status=9/KILL"],
                [11, "nginx", "nginx.service: Scheduled restart job, restart counter is at 1."],
                [12, "nginx", "Started nginx.service - A high performance web server and a reverse proxy server."],
                [13, "keepalived", "Registering Kernel netlink command channel"],
                [14, "ha-api-watcher", "kube_api: 10.30.100.51:6443 is healthy again."],
                [
                    15,
                    "ha-api-watcher",
                    "02:1b:0a:4d:00:3d, which is none of the hosts, says that it has 10.30.100.100. This " +
                        "host, which holds it, has announced itself again.",
                ],
                [16, "ha-api-watcher", "ha-api-watcher.service: Watchdog timeout (limit 10s)!"],
            ]),
            journal(1, [
                [30.4, "keepalived", "(kube_api) Entering FAULT STATE"],
                [9, "keepalived", "VRRP_Script(proxy_answers) failed (exited with status 1)"],
            ]),
        ];
        assert.deepEqual(
            eventsOf(reports).map(({ time, host, service, text }) => `${time} ${host} ${service}: ${text}`),
            [
                "9 vrrp2 keepalived: VRRP_Script(proxy_answers) failed (exited with status 1)",
                "10 vrrp1 nginx: Main process exited, code=killed, status=9/KILL",
                "11 vrrp1 nginx: Scheduled restart job, restart counter is at 1.",
                "12 vrrp1 nginx: Started nginx",
                "15 vrrp1 ha-api-watcher: 02:1b:0a:4d:00:3d, which is none of the hosts, says that it has " +
                    "10.30.100.100",
                "16 vrrp1 ha-api-watcher: Watchdog timeout (limit 10s)!",
                "30.4 vrrp2 keepalived: FAULT",
                "30.5 vrrp1 keepalived: MASTER",
            ],
        );
    });
});

describe("a certificate", () => {
    it("is good for its names and until its end", () => {
        const facts = certificateFacts(CERTIFICATE)!;
        assert.deepEqual(facts.names, ["10.30.100.100", "api.example.com", "kubernetes"]);
        assert.equal(daysLeft(facts, new Date(facts.validUntil.getTime() - 86_400_000 * 3 - 1)), 3);
        assert.equal(daysLeft(facts, new Date(facts.validUntil.getTime() + 1)), -1);
    });

    it("covers the names and addresses it has, and no other", () => {
        for (const name of ["10.30.100.100", "api.example.com", "API.example.com"])
            assert.equal(covers(CERTIFICATE, name), true, name);
        for (const name of ["10.30.100.101", "example.com", "k8s.example.com", "kube-apiserver"])
            assert.equal(covers(CERTIFICATE, name), false, name);
    });

    it("is not any text", () =>
        assert.equal(certificateFacts("-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n"), undefined));
});
