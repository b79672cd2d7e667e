/** Metrics of a pair, one host of each Debian release, as node-exporter shows them. */
import assert from "node:assert/strict";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { noPromtool, promtool } from "../../prometheus";
import { needsLab } from "../machines/support";
import {
    existingMachines,
    instance,
    onHost,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    waitForSingleMaster,
} from "./support";

const EXPORTER = "prometheus-node-exporter";
/** Of the owner. */
const DEFAULTS = `/etc/default/${EXPORTER}`;
const OWN = "/var/lib/prometheus/node-exporter/own.prom";
const FILE = "/var/lib/prometheus/node-exporter/ha-api.prom";

const scrape = async (host: string): Promise<string> => (await fetch(`http://${host}:9100/metrics`)).text();

/** The value of a series, as it is shown after at most 20 s. */
async function shows(host: string, series: string, value: string): Promise<void> {
    const deadline = Date.now() + 20_000;
    for (;;) {
        const text = await scrape(host);
        if (text.split("\n").includes(`${series} ${value}`)) return;
        const ours = text.split("\n").filter((line) => /^(ha_api|node_textfile)/.test(line));
        assert.ok(Date.now() < deadline, `${host} does not show ${series} ${value}:\n${ours.join("\n")}`);
        await seconds(1);
    }
}

const PORT = 8405;
/** Prometheus, as it were. */
const here = instance.gateway;

/** What the proxy tells of itself, asked from here. */
const numbers = async (host: string, path: string): Promise<string> =>
    (await fetch(`http://${host}:${PORT}${path}`)).text();

/** The status that another machine in the hosts' network gets, 000 where it is disconnected. */
const statusElsewhere = (host: string, path: string): Promise<string> =>
    inNamespace(instance.client.namespace, [
        "sh",
        "-c",
        `curl -s -o /dev/null --max-time 5 -w '%{http_code}' http://${host}:${PORT}${path} || true`,
    ]);

const listens = async (host: string): Promise<string[]> =>
    (await onHost(host, `ss -Hlnt 'sport = ${PORT}' | awk '{ print $4 }'`)).split("\n").filter(Boolean);

describe("metrics", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-metrics");
    const hosts = existingMachines.map(({ address }) => address);
    const metrics = { enabled: true, proxyListenOn: "host", allowedClients: [here] };

    before(async function () {
        this.timeout(400_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        // The first host's owner had an exporter before, and metrics of their own.
        await onHost(
            hosts[0]!,
            "sudo apt-get -q update > /dev/null; sudo DEBIAN_FRONTEND=noninteractive apt-get -q -y install " +
                "prometheus-node-exporter > /dev/null 2>&1; echo 'ARGS=\"--no-collector.mdadm\"' | sudo tee " +
                `${DEFAULTS} > /dev/null; echo 'own 1' | sudo tee ${OWN} > /dev/null; sudo systemctl restart ${EXPORTER}`,
            120_000,
        );
        await stack.create({ ...twoExistingMachines(), metrics });
        await stack.up();
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
    });

    it("show each host's state, and a failover", async () => {
        const { address: master } = await waitForSingleMaster();
        const backup = hosts.find((host) => host !== master)!;
        await shows(master, `ha_api_vrrp_state{state="master",vip="${vip}"}`, "1");
        await shows(backup, `ha_api_vrrp_state{state="backup",vip="${vip}"}`, "1");
        for (const host of hosts) {
            await shows(host, "ha_api_proxy_up", "1");
            await shows(host, "node_textfile_scrape_error", "0");
        }
        await onHost(master, "sudo systemctl stop nginx");
        await shows(master, `ha_api_vrrp_state{state="fault",vip="${vip}"}`, "1");
        await shows(master, "ha_api_proxy_up", "0");
        await shows(backup, `ha_api_vrrp_transitions_total{to="master",vip="${vip}"}`, "1");
        await onHost(master, "sudo systemctl start nginx");
        await shows(master, "ha_api_proxy_up", "1");
    });

    it("say that both hosts have the same deployment", async () => {
        const deployed = async (host: string): Promise<string | undefined> =>
            /^ha_api_info\{.*configuration="(\w+)".*version="[\d.]+"/m.exec(await scrape(host))?.[0];
        assert.notEqual(await deployed(hosts[0]!), undefined);
        assert.equal(await deployed(hosts[0]!), await deployed(hosts[1]!));
    });

    it("of nginx are told at each host's own address only, to those that were named", async () => {
        for (const host of hosts) {
            assert.match(await numbers(host, "/stub_status"), /^Active connections: \d/);
            assert.equal(await statusElsewhere(host, "/stub_status"), "403");
            assert.deepEqual(await listens(host), [`${host}:${PORT}`]);
        }
    });

    it("of HAProxy are told there too, and promtool has nothing to say of ours", async () => {
        await stack.configure({ ...twoExistingMachines(), engine: "haproxy", metrics });
        await stack.up();
        for (const host of hosts) {
            const text = await numbers(host, "/metrics");
            assert.match(text, /^haproxy_server_status\{proxy="kube-api\.servers",server="[^"]+",state="UP"\} 1$/m);
            assert.equal(await statusElsewhere(host, "/metrics"), "000");
            assert.deepEqual(await listens(host), [`${host}:${PORT}`]);
            if (noPromtool === false) promtool(["check", "metrics"], `${await onHost(host, `cat ${FILE}`)}\n`);
        }
    });

    it("end with the watcher, and when they are not asked for any more", async () => {
        await onHost(hosts[0]!, `sudo systemctl stop ha-api-watcher && test ! -e ${FILE}`);
        await onHost(hosts[0]!, "sudo systemctl start ha-api-watcher");
        await shows(hosts[0]!, "ha_api_proxy_up", "1");
        await stack.configure(twoExistingMachines());
        await stack.up();
        for (const host of hosts) {
            await onHost(host, `test ! -e ${FILE} && test ! -e /etc/ha-api/deployed`);
            assert.deepEqual(await listens(host), []);
        }
        // As it was found: one had it, with settings and metrics of its owner's, the other did not.
        assert.match(await scrape(hosts[0]!), /^own 1$/m);
        assert.match(await onHost(hosts[0]!, `cat ${DEFAULTS}`), /^ARGS="--no-collector.mdadm"$/);
        assert.equal(await onHost(hosts[1]!, `systemctl is-active ${EXPORTER} || true`), "inactive");
        await assert.rejects(scrape(hosts[1]!));
    });
});
