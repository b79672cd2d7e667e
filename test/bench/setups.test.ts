import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Guide, fill, guideFiles, guides } from "../../bench/failover/setups/guides";
import { pairOf, setUps } from "../../bench/failover/setups";
import { INTERFACE } from "../../lab/hypervisor/seed";
import { labInstance } from "../../lab/instance";
import { findProgram, isRoot, itNeeds, outcomeOf } from "../components/programs";

const instance = labInstance("bench");
const pair = (guide: Guide) => pairOf(instance, setUps.find(({ name }) => name === guide.name)!);
const text = (guide: Guide, host: 0 | 1, name: string): string => guideFiles(instance, guide, pair(guide), host).find(({ file }) => basename(file.path) === name)!.text;

describe("the set-ups that are compared", () => {
    it("have addresses, virtual router ids and machines of their own", () => {
        const pairs = setUps.map((setUp) => pairOf(instance, setUp));
        const all = pairs.flatMap(({ vip, machines }) => [vip, ...machines.map(({ address }) => address)]);
        assert.equal(new Set(all).size, all.length, "an address twice");
        assert.equal(new Set(pairs.map(({ routerId }) => routerId)).size, pairs.length, "a router id twice");
        assert.equal(new Set(pairs.flatMap(({ machines }) => machines.map(({ id }) => id))).size, 2 * pairs.length, "a machine twice");
        for (const { vip } of pairs) assert.ok(instance.vips.includes(vip), `the API servers' certificate is good for ${vip}`);
    });

    it("are made anew when a file of a guide changes, and only then", () => {
        const setUp = setUps.find(({ name }) => name === "guide-000")!;
        const recipe = setUp.recipe(instance, pairOf(instance, setUp));
        assert.equal(recipe, setUp.recipe(instance, pairOf(instance, setUp)));
        assert.match(recipe, /advert_int 1/);
        assert.match(recipe, /priority 255[^]*priority 250/);
    });
});

describe("the guides' files", () => {
    for (const guide of guides) {
        it(`${guide.name}: every placeholder has a value, the two hosts' own values differ, and each knows the other`, () => {
            const files = [0, 1].flatMap((host) => guideFiles(instance, guide, pair(guide), host as 0 | 1));
            for (const { file, text: content } of files) assert.doesNotMatch(content, /\{\{|undefined/, file.path);
            const [first, second] = [text(guide, 0, "keepalived.conf"), text(guide, 1, "keepalived.conf")];
            assert.notEqual(first, second);
            for (const content of [first, second]) assert.match(content, new RegExp(`interface ${INTERFACE}\\n[^]*${pair(guide).vip.replaceAll(".", "\\.")}`));
        });
    }

    it("a template that asks for what there is not is a mistake", () => {
        assert.throws(() => fill("{{vip}} {{vpi}}", { vip: "10.0.0.1" }), /asks for vpi; there are: vip/);
    });
});

describe("the daemons themselves, of the guides' files", function () {
    this.timeout(60_000);
    let folder: string;
    before(() => {
        // Not in /tmp: keepalived trusts no script in a folder others can write to.
        folder = mkdtempSync(isRoot ? "/var/lib/ha-api-test-" : join(tmpdir(), "ha-api-bench-"));
        chmodSync(folder, 0o755);
    });
    after(() => rmSync(folder, { recursive: true }));

    const nginx = findProgram("nginx");
    const haproxy = findProgram("haproxy");
    const keepalived = findProgram("keepalived");
    const device = Object.entries(networkInterfaces()).find(([, addresses]) => addresses?.some(({ internal }) => !internal))?.[0];
    const needsKeepalived = keepalived === undefined ? "keepalived is not installed" : !isRoot ? "its script security wants scripts that root owns: run as root"
        : device === undefined ? "keepalived takes no loopback interface, and there is no other one" : false;

    for (const guide of guides) {
        const proxyFile = guide.files[0]!;
        if (guide.proxy === "nginx") {
            itNeeds(nginx === undefined && "nginx is not installed", `nginx accepts ${guide.name}'s`, () => {
                const path = join(folder, "nginx.conf");
                const own = text(guide, 0, basename(proxyFile.path)).replaceAll("/var/log/nginx", folder);
                writeFileSync(path, `include /etc/nginx/modules-enabled/*.conf;\npid ${join(folder, "nginx.pid")};\nerror_log ${join(folder, "error.log")};\nevents {}\n${own}`);
                const { status, said } = outcomeOf(nginx!, ["-t", "-q", "-c", path]);
                assert.equal(status, 0, said);
            });
        } else {
            itNeeds(haproxy === undefined && "haproxy is not installed", `HAProxy accepts ${guide.name}'s`, () => {
                const path = join(folder, "haproxy.cfg");
                writeFileSync(path, text(guide, 0, basename(proxyFile.path)));
                const { status, said } = outcomeOf(haproxy!, ["-c", "-f", path]);
                assert.equal(status, 0, said);
            });
        }

        itNeeds(needsKeepalived, `keepalived accepts ${guide.name}'s, apart from what the guide leaves out itself`, () => {
            for (const host of [0, 1] as const) {
                let conf = text(guide, host, "keepalived.conf").replaceAll(`interface ${INTERFACE}`, `interface ${device}`).replace("script_user nginx", "script_user root");
                for (const { file, text: content } of guideFiles(instance, guide, pair(guide), host)) {
                    if (!file.path.endsWith(".sh")) continue;
                    const script = join(folder, basename(file.path));
                    writeFileSync(script, content, { mode: 0o755 });
                    conf = conf.replaceAll(file.path, script);
                }
                const path = join(folder, "keepalived.conf");
                writeFileSync(path, conf, { mode: 0o644 });
                const { status, said } = outcomeOf(keepalived!, ["-t", "-f", path]);
                // Guides 003 and 004 and kubeadm's recipe have no script security; keepalived has nothing else to say about them.
                const careless = !["guide-000", "guide-002"].includes(guide.name);
                assert.equal(said.trim(), careless ? "SECURITY VIOLATION - scripts are being executed but script_security not enabled." : "");
                assert.equal(status === 0, !careless, `exit status ${status}`);
            }
        });
    }
});
