import assert from "node:assert/strict";
import { join } from "node:path";
import { itNeeds, type Outcome } from "../programs";
import { type FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";

const need = noFakeHost();

/** What cloud-init 25.1.4 (Debian 13) says of a machine of Proxmox VE. */
const DEPRECATED = `status: done
extended_status: degraded done
boot_status_code: enabled-by-generator
detail: DataSourceNoCloud [seed=/dev/sr0]
errors: []
recoverable_errors:
DEPRECATED:
\t- 'user' of type string is deprecated in 22.2 and scheduled to be removed in 27.2. Use 'users' list instead.
\t- 'user' of type string is deprecated in 22.2 and scheduled to be removed in 27.2. Use 'users' list instead.
`;

describe("the first contact with a host", () => {
    let host: FakeHost;
    fakeHostForEachTest((fresh) => {
        host = fresh;
        host.write("/etc/ssh/ssh_host_ed25519_key.pub", "ssh-ed25519 AAAA root@host\n");
        host.write("/run/systemd/system/some.conf", "");
        for (const name of ["apt-get", "apt-cache", "apt-mark", "dpkg-query", "dpkg-deb", "hostname"])
            host.program(name, "echo vrrp1");
    });

    /** cloud-init ends so, and then says this of itself. */
    async function ready(status: number, long: string): Promise<Outcome> {
        host.write("/etc/long", long);
        host.program(
            "cloud-init",
            `if [[ $* == "status --wait" ]]; then exit ${status}; fi; cat /etc/long; exit ${status}`,
        );
        const child = host.spawn("sh", join(host.folder, "ready"));
        let output = "";
        for (const stream of [child.stdout, child.stderr])
            stream.on("data", (data: Buffer) => {
                output += data.toString();
            });
        return new Promise((resolve) => child.on("close", (code) => resolve({ status: code, output })));
    }
    const KEY = "ssh-ed25519 AAAA\n";

    itNeeds(need, "prints the host key when cloud-init is done", async () => {
        assert.deepEqual(await ready(0, "status: done\n"), { status: 0, output: KEY });
    });
    itNeeds(
        need,
        "says nothing of settings that are called otherwise by now: Proxmox writes them, on every Debian 13",
        async () => {
            assert.deepEqual(await ready(2, DEPRECATED), { status: 0, output: KEY });
        },
    );
    itNeeds(need, "says what else cloud-init complains of, once, and goes on", async () => {
        const { status, output } = await ready(
            2,
            `${DEPRECATED}WARNING:\n\t- Could not fetch x\n\t- Could not fetch x\n\t- No y\n`,
        );
        assert.equal(status, 0);
        assert.equal(output, `vrrp1: cloud-init finished with warnings: Could not fetch x; No y\n${KEY}`);
    });
    itNeeds(need, "says where to look when it does not say what it complains of", async () => {
        const { status, output } = await ready(2, "status: done\n");
        assert.equal(status, 0);
        assert.match(output, /finished with warnings: see cloud-init status --long/);
    });
    itNeeds(need, "ends with what cloud-init says when it failed", async () => {
        const { status, output } = await ready(1, "status: error\nerrors:\n\t- no datasource\n");
        assert.equal(status, 1);
        assert.match(output, /vrrp1: cloud-init failed: .*no datasource/);
    });
    itNeeds(need, "names all programs that a minimal image lacks, with their packages", async () => {
        host.alter("ready", (text) =>
            text.replace("iproute2 ip ", "iproute2 no-ip ").replace("perl-base perl", "perl-base no-perl"),
        );
        const { status, output } = await ready(0, "status: done\n");
        assert.equal(status, 1);
        assert.equal(
            output,
            "vrrp1: this host lacks no-ip (package iproute2), no-perl (package perl-base). Install them; supported " +
                "are Debian and Ubuntu with systemd. Nothing was changed.\n",
        );
    });
    itNeeds(need, "refuses a machine that systemd does not run", async () => {
        host.remove("/run/systemd");
        const { status, output } = await ready(0, "status: done\n");
        assert.equal(status, 1);
        assert.match(output, /vrrp1: systemd does not run on this host: .* Nothing was changed\.\n$/);
    });
});
