import assert from "node:assert/strict";
import { healthOf } from "../../../cli/drill/preflight";
import { allHealthy, deployment, except, kubeApi } from "../../components/inspection/samples";

const site = deployment();
const [first, last] = [site.hosts[0]!.name, site.hosts.at(-1)!.name];

describe("whether a fault may be injected", () => {
    it("it may when all is healthy, and the master is known", () =>
        assert.deepEqual(healthOf(site, allHealthy()), { problems: [], warnings: [], master: last }));

    it("it may not while a host cannot be inspected, a service is down, or two hosts hold the VIP", () => {
        const [one, ...others] = allHealthy();
        assert.match(
            healthOf(site, [{ host: one!.host, problem: "it is off", took: 1 }, ...others]).problems.join(),
            /it is off/,
        );
        assert.match(
            healthOf(
                site,
                except(first, ({ services }) => (services["keepalived"]!.state = "failed")),
            ).problems.join(),
            /keepalived is failed/,
        );
        const both = healthOf(
            site,
            except(first, (seen) => (kubeApi(seen).holds = { mac: "bc:24:11:00:00:09", interface: "ens18" })),
        );
        assert.match(both.problems.join(), /at the same time/);
        assert.equal(both.master, undefined);
    });

    it("it may not while an API server is away, which is no reason to fail a deployment", () => {
        const away = allHealthy().map((seen) => ({
            ...seen,
            inspection: {
                ...seen.inspection!,
                servers: seen.inspection!.servers.map((server, index) =>
                    index === 0 ? { ...server, http: 500 } : server,
                ),
            },
        }));
        assert.match(healthOf(site, away).problems.join(), /is not there for any host: answers \/readyz with 500/);
    });

    it("it may, with a word on it, when a certificate lacks a name", () => {
        const named = deployment();
        named.inspection.names.push("other.example.com");
        const { problems, warnings } = healthOf(named, allHealthy());
        assert.deepEqual(problems, []);
        assert.match(warnings.join(), /does not have other\.example\.com/);
    });

    it("it may not where no other host could take over", () => {
        const alone = { ...site, hosts: site.hosts.slice(-1) };
        assert.match(healthOf(alone, allHealthy().slice(-1)).problems.join(), /only one host/);
    });
});
