/**
 * nginx from nginx.org, or rather from a site that is laid out and signed like it: from the first mistrust to the way
 * back. One of the two machines had its distribution's nginx before. Each test starts where the one before it ended.
 */
import assert from "node:assert/strict";
import { needsLab } from "../lab/machines/support";
import { type Fault, MAINLINE, NginxOrgRepository, STABLE } from "../lab/stack/nginxOrgRepository";
import {
    answerTo,
    type ExistingMachine,
    existingMachines,
    ofOneRelease,
    onHost,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    waitForSingleMaster,
} from "../lab/stack/support";

const machines = ofOneRelease(existingMachines);
const [clean, owned] = machines as [ExistingMachine, ExistingMachine];
const OTHER_KEY = "573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62";
/** Everything by which a machine trusts or prefers the repository. */
const TRUST =
    "/etc/apt/sources.list.d/nginx.list /usr/share/keyrings/nginx-archive-keyring.gpg /etc/apt/preferences.d/99nginx";

describe("nginx from nginx.org", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-nginx-org");
    const repository = new NginxOrgRepository();
    let distributions: string;
    let found: string[];
    let ownersConfiguration: string;

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        await startExistingMachines(machines);
        await onHost(
            owned.address,
            "sudo apt-get -q -y update > /dev/null; sudo DEBIAN_FRONTEND=noninteractive apt-get -q -y " +
                "install nginx > /dev/null 2>&1",
            120_000,
        );
        distributions = await version(owned.address);
        ownersConfiguration = await configuration(owned.address);
        await repository.start(clean.address);
        found = await snapshot(clean.address);
        await stack.create(twoExistingMachines());
    });
    after(async () => {
        await stack.remove();
        await repository.stop();
        await stopExistingMachines(machines);
    });

    const faults: [what: string, fault: Fault | undefined, nginx: () => object, output: () => RegExp][] = [
        [
            "the site's key is not the expected one",
            undefined,
            () => ({ signingKeyFingerprints: [OTHER_KEY] }),
            () =>
                new RegExp(
                    `not the expected ones; nothing was trusted.\\s+expected: ${OTHER_KEY}\\s+received: ` +
                        `${repository.fingerprint}\\s+If nginx.org has published`,
                ),
        ],
        [
            "the key has expired",
            "expired key",
            () => ({ signingKeyFingerprints: [repository.expiredFingerprint] }),
            () =>
                new RegExp(
                    `is signed with the key ${repository.expiredFingerprint.slice(-16)}, which expired on ` +
                        "20(20-12|21-01)-\\d\\d .*; nothing was trusted. Use ",
                ),
        ],
        [
            "another key has signed",
            "other signer",
            () => ({}),
            () =>
                new RegExp(
                    `signed with the key ${repository.expiredFingerprint.slice(-16)}, which is none of the ` +
                        "expected ones; nothing was trusted",
                ),
        ],
        [
            "the signed list was changed",
            "altered list",
            () => ({}),
            () => /was changed after it was signed; nothing was trusted. Use /,
        ],
        ["the list is not signed", "unsigned list", () => ({}), () => /is not signed; nothing was trusted. Use /],
        [
            "a package is not what the signed list says",
            "tampered package",
            () => ({}),
            () =>
                /Hash Sum mismatch[^]*could not be installed: nginx=\S+ logrotate keepalived. A package is not what the signed list says[^]*try again/,
        ],
    ];
    for (const [what, fault, nginx, expected] of faults) {
        it(`is refused when ${what}; the machine is left as it was found, and its owner can update it`, async () => {
            repository.fault = fault;
            await stack.configure({ ...alone(), nginx: fromSite(nginx()) });
            const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
            assert.notEqual(status, 0);
            assert.match(output, expected());
            assert.match(output, /nothing of this was left on the machine/);
            assert.deepEqual(
                (await snapshot(clean.address)).filter((line) => !found.includes(line)),
                [],
            );
            await onHost(clean.address, "sudo apt-get -q -y update", 120_000);
            repository.fault = undefined;
        });
    }

    it("is installed, preferred to the distribution's, runs as its own user and answers at the VIP", async () => {
        await stack.configure({ ...twoExistingMachines(), nginx: fromSite() });
        await stack.up();
        for (const { address } of existingMachines) {
            assert.equal(await version(address), MAINLINE);
            assert.match(
                await onHost(address, "apt-cache policy nginx"),
                new RegExp(`Candidate: ${MAINLINE}[^*]*\\*\\*\\* ${MAINLINE} 900\\s+900 ${repository.address}`),
            );
            assert.equal(await workersUser(address), "nginx");
        }
        await answersAtVip();
        await stack.up("--expect-no-changes");
    });

    it("stays in service, and what was trusted stays trusted, when a change of it is refused", async () => {
        for (const fault of ["tampered package", "expired key"] as const) {
            repository.fault = fault;
            const before = await Promise.all(existingMachines.map(({ address }) => trustedContent(address)));
            // Pulumi stops at the first failure; each machine is asked for itself.
            await stack.configure({
                ...twoExistingMachines(),
                nginx: fromSite({
                    channel: "stable",
                    ...(fault === "expired key" ? { signingKeyFingerprints: [repository.expiredFingerprint] } : {}),
                }),
            });
            const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
            repository.fault = undefined;
            assert.notEqual(status, 0);
            assert.match(output, fault === "expired key" ? /which expired on / : /Hash Sum mismatch/);
            assert.deepEqual(await Promise.all(existingMachines.map(({ address }) => trustedContent(address))), before);
            for (const { address } of existingMachines) assert.equal(await version(address), MAINLINE);
            await answersAtVip();
        }
    });

    it("is the stable one when that is asked for, though it has a lower version", async () => {
        await stack.configure({ ...twoExistingMachines(), nginx: fromSite({ channel: "stable" }) });
        await stack.up();
        for (const { address } of existingMachines) assert.equal(await version(address), STABLE);
        await answersAtVip();
    });

    it("gives way to the distribution's again, and nothing is trusted any more", async () => {
        await stack.configure(twoExistingMachines());
        await stack.up();
        for (const { address } of existingMachines) {
            assert.equal(await version(address), distributions);
            assert.equal(await trusted(address), "");
            assert.equal(await workersUser(address), "www-data");
        }
        await answersAtVip();
    });

    it("is gone after destroy, and the owner has the distribution's back, in service", async () => {
        await stack.configure({ ...twoExistingMachines(), nginx: fromSite() });
        await stack.up();
        await stack.must("destroy", "--yes", "--skip-preview");
        assert.equal(await trusted(clean.address), "");
        assert.equal(await trusted(owned.address), "");
        assert.equal(await version(clean.address), "");
        assert.equal(await onHost(clean.address, "ls -d /etc/nginx /var/log/nginx 2> /dev/null; true"), "");
        assert.equal(await version(owned.address), distributions);
        assert.equal(
            await onHost(owned.address, "systemctl is-enabled nginx; systemctl is-active nginx"),
            "enabled\nactive",
        );
        assert.match(await onHost(owned.address, "curl -sS http://127.0.0.1/"), /Welcome to nginx/);
        assert.equal(await configuration(owned.address), ownersConfiguration);
    });

    function fromSite(other: object = {}): object {
        return {
            source: "nginx.org",
            channel: "mainline",
            repository: repository.address,
            signingKeyFingerprints: [repository.fingerprint],
            ...other,
        };
    }

    function alone(): StackConfig {
        return {
            ...twoExistingMachines(),
            hosts: [{ name: clean.name, address: clean.address }],
            allowSingleHost: true,
        };
    }
});

/** The installed nginx's version, or nothing. */
async function version(address: string): Promise<string> {
    return onHost(
        address,
        "dpkg-query --show --showformat '${db:Status-Status} ${Version}' nginx 2> /dev/null | sed -n " +
            "'s/^installed //p'",
    );
}

/** Every file of nginx's configuration with its checksum or, of a link, its target. */
async function configuration(address: string): Promise<string> {
    return onHost(
        address,
        "cd /etc/nginx; find . -type f -exec sha256sum {} + -o -type l -printf '%p %l\\n' | sort -k 2",
    );
}

async function trusted(address: string): Promise<string> {
    return onHost(address, `ls ${TRUST} 2> /dev/null; true`);
}

async function trustedContent(address: string): Promise<string> {
    return onHost(address, `sha256sum ${TRUST}; ls /var/lib/ha-api/sources-changed 2> /dev/null; true`);
}

/** What a refusal must not leave: packages, files of configuration, programs, state. */
async function snapshot(address: string): Promise<string[]> {
    const what =
        "sudo find /etc /usr/local /usr/share/keyrings /usr/sbin/policy-rc.d /var/lib/ha-api ! -type d " +
        "-printf '%p %M %l\\n' 2> /dev/null | grep -v ^/etc/ld.so.cache";
    return (
        await onHost(
            address,
            `${what}; sudo ls -d /var/lib/ha-api 2> /dev/null; dpkg-query --show --showformat '\${Package} ` +
                `\${Version} \${db:Status-Status}\\n'`,
        )
    ).split("\n");
}

/** The kernel is asked: ps would shorten names, and may not be there. */
async function workersUser(address: string): Promise<string> {
    return onHost(
        address,
        "stat -c %U $(for each in /proc/[0-9]*; do if grep -qs 'nginx: worker process$' $each/cmdline; then " +
            "echo $each; fi; done) | sort -u",
    );
}

async function answersAtVip(): Promise<void> {
    await waitForSingleMaster();
    const url = `https://${vip}:6443/api`;
    const answer = await answerTo(url);
    assert.equal((JSON.parse(answer) as { code: number }).code, 401);
}
