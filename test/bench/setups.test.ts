import assert from "node:assert/strict";
import { basename } from "node:path";
import { type Guide, fill, guideFiles, guides } from "../../proving-ground/bench/failover/setups/guides";
import { pairOf, setUps } from "../../proving-ground/bench/failover/setups";
import { INTERFACE } from "../../proving-ground/lab/hypervisor/seed";
import { labInstance } from "../../proving-ground/lab/instance";
import { CHECKED_INTERFACE, itOnEachRelease } from "../checkers";

const instance = labInstance("bench");
const pair = (guide: Guide) =>
    pairOf(
        instance,
        setUps.find(({ name }) => name === guide.name)!,
    );
const text = (guide: Guide, host: 0 | 1, name: string): string =>
    guideFiles(instance, guide, pair(guide), host).find(({ file }) => basename(file.path) === name)!.text;

describe("the set-ups that are compared", () => {
    it("have addresses, virtual router ids and machines of their own", () => {
        const pairs = setUps.map((setUp) => pairOf(instance, setUp));
        const vips = pairs.flatMap(({ vip, secondVip = [] }) => [vip, secondVip].flat());
        const all = [...vips, ...pairs.flatMap(({ machines }) => machines.map(({ address }) => address))];
        assert.equal(new Set(all).size, all.length, "an address twice");
        assert.equal(new Set(pairs.map(({ routerId }) => routerId)).size, pairs.length, "a router id twice");
        assert.equal(
            new Set(pairs.flatMap(({ machines }) => machines.map(({ id }) => id))).size,
            2 * pairs.length,
            "a machine twice",
        );
        for (const vip of vips.filter((each) => !each.includes(":")))
            assert.ok(instance.vips.includes(vip), `the API servers' certificate is good for ${vip}`);
    });

    it("are made again when a file of a guide changes, and only then", () => {
        const setUp = setUps.find(({ name }) => name === "guide-000")!;
        const recipe = setUp.recipe(instance, pairOf(instance, setUp));
        assert.equal(recipe, setUp.recipe(instance, pairOf(instance, setUp)));
        assert.match(recipe, /advert_int 1/);
        assert.match(recipe, /priority 255[^]*priority 250/);
    });
});

describe("the guides' files", () => {
    for (const guide of guides) {
        it(
            `${guide.name}: every placeholder has a value, the two hosts' own values differ, and each knows the ` +
                "other",
            () => {
                const files = [0, 1].flatMap((host) => guideFiles(instance, guide, pair(guide), host as 0 | 1));
                for (const { file, text: content } of files) assert.doesNotMatch(content, /\{\{|undefined/, file.path);
                const [first, second] = [text(guide, 0, "keepalived.conf"), text(guide, 1, "keepalived.conf")];
                assert.notEqual(first, second);
                for (const content of [first, second])
                    assert.match(
                        content,
                        new RegExp(`interface ${INTERFACE}\\n[^]*${pair(guide).vip.replaceAll(".", "\\.")}`),
                    );
            },
        );
    }

    it("a template that asks for what there is not is a mistake", () => {
        assert.throws(() => fill("{{vip}} {{vpi}}", { vip: "10.0.0.1" }), /asks for vpi; there are: vip/);
    });
});

describe("the daemons themselves, of the guides' files", () => {
    for (const guide of guides) {
        const proxyFile = guide.files[0]!;
        const path = proxyFile.path;
        if (guide.proxy === "nginx") {
            itOnEachRelease(`nginx accepts ${guide.name}'s`, (checker) => {
                const whole = `include /etc/nginx/modules-enabled/*.conf;\nevents {}\n${text(guide, 0, basename(path))}`;
                const { status, output } = checker.run("nginx", ["-t", "-q", "-c", "/etc/nginx/guide.conf"], {
                    "/etc/nginx/guide.conf": whole,
                });
                assert.equal(status, 0, output);
            });
        } else {
            itOnEachRelease(`HAProxy accepts ${guide.name}'s`, (checker) => {
                const { status, output } = checker.run("haproxy", ["-c", "-f", path], {
                    [path]: text(guide, 0, basename(path)),
                });
                assert.equal(status, 0, output);
            });
        }

        itOnEachRelease(
            `keepalived accepts ${guide.name}'s, apart from what the guide leaves out itself`,
            (checker) => {
                for (const host of [0, 1] as const) {
                    const scripts = guideFiles(instance, guide, pair(guide), host)
                        .filter(({ file }) => file.path.endsWith(".sh"))
                        .map(({ file, text: content }) => [file.path, { content, mode: 0o755 }] as const);
                    const conf = text(guide, host, "keepalived.conf")
                        .replaceAll(`interface ${INTERFACE}`, `interface ${CHECKED_INTERFACE}`)
                        .replace("script_user nginx", "script_user root");
                    // Of psmisc, which the set-up installs where a guide asks for it.
                    const killall = { "/usr/bin/killall": { content: "#!/bin/sh\n", mode: 0o755 } };
                    const files = {
                        ...killall,
                        ...Object.fromEntries(scripts),
                        "/etc/keepalived/keepalived.conf": conf,
                    };
                    const { status, output } = checker.run(
                        "keepalived",
                        ["-t", "-f", "/etc/keepalived/keepalived.conf"],
                        files,
                    );
                    // Guides 003 and 004 and kubeadm's recipe have no script security; keepalived has nothing else to
                    // say about them, but that 2.3.3 (Debian 13) will not run such a script.
                    const careless = !["guide-000", "guide-002"].includes(guide.name);
                    const violation =
                        "SECURITY VIOLATION - scripts are being executed but script_security not enabled.";
                    assert.equal(
                        output
                            .trim()
                            .replace(
                                /^Disabling track script \w+ due to insecure\n/,
                                checker.release === "13" ? "" : "$&",
                            ),
                        careless ? violation : "",
                    );
                    assert.equal(status === 0, !careless, `exit status ${status}`);
                }
            },
        );
    }
});
