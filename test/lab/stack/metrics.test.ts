/** Metrics of a pair, one host of each Debian release, as node-exporter shows them. */
import assert from "node:assert/strict";
import { needsLab } from "../machines/support";
import {
    existingMachines,
    onHost,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    waitForSingleMaster,
} from "./support";

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

describe("metrics", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-metrics");
    const hosts = existingMachines.map(({ address }) => address);

    before(async function () {
        this.timeout(400_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        await stack.create({ ...twoExistingMachines(), metrics: { enabled: true } });
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

    it("end with the watcher, and when they are not asked for any more", async () => {
        await onHost(hosts[0]!, `sudo systemctl stop ha-api-watcher && test ! -e ${FILE}`);
        await onHost(hosts[0]!, "sudo systemctl start ha-api-watcher");
        await shows(hosts[0]!, "ha_api_proxy_up", "1");
        await stack.configure(twoExistingMachines());
        await stack.up();
        for (const host of hosts) await onHost(host, `test ! -e ${FILE}`);
    });
});
