import assert from "node:assert/strict";
import * as fc from "fast-check";
import { programText } from "../../../components/host/assemble";
import { type DriftedFile, driftedFile, parseShownFiles } from "../../../components/inspection/drift";
import { type FileState, fileStates } from "../../../components/inspection/files";
import { MASK, masked } from "../../../components/inspection/masked";
import { outcomeOf } from "../programs";
import { allHealthy, deployment, except } from "./samples";

const plan = deployment();
const KEEPALIVED_CONF = "/etc/keepalived/keepalived.conf";
const SECRET = "s3cr3t pass";

describe("passwords in files", () => {
    /** How the programs on the host do it. */
    const onHost = (program: string): string =>
        /masked\(\) \{ (sed -E '[^']+') "\$1"; \}/.exec(programText(program))![1]!;
    const samples = [
        "auth_pass x",
        "  auth_pass  two words ",
        '\tauth_pass\t"quoted" # comment',
        "# auth_pass is not set",
        "auth_pass\n  x",
        "auth_pass \u2028x",
        "auth_pass x\r",
        "\u00a0auth_pass x",
        "auth_password x",
        "auth_pass",
        "x auth_pass y",
        "",
        "auth_pass a\n    auth_pass b\nother\n",
    ];

    it("are masked, and nothing else is", () => {
        assert.equal(
            masked(`    authentication {\n        auth_type PASS\n        auth_pass ${SECRET}\n    }\n`),
            `    authentication {\n        auth_type PASS\n        auth_pass ${MASK}\n    }\n`,
        );
        for (const plain of ["# auth_pass is not set\n", "auth_password x\n", "priority 254\n"])
            assert.equal(masked(plain), plain);
    });

    it("are masked once for all: a second time changes nothing", () => {
        fc.assert(
            fc.property(fc.array(fc.constantFrom(...samples)), (parts) => {
                const once = masked(parts.join("\n"));
                assert.equal(masked(once), once);
            }),
        );
    });

    for (const program of ["inspect", "show-files"]) {
        it(`are masked by ${program} exactly as here, or every file with one would seem changed`, () => {
            for (const sample of samples)
                assert.equal(
                    outcomeOf("bash", ["-c", `LC_ALL=C ${onHost(program)}`], `${sample}\n`).output,
                    masked(`${sample}\n`),
                    JSON.stringify(sample),
                );
        });
    }
});

describe("the files of a host", () => {
    const inspection = allHealthy(plan)[0]!.inspection!;
    const states = (change: Parameters<typeof except>[1], rendered = plan.files["vrrp1"]!): string[] =>
        fileStates(rendered, plan.inspection.modes, except("vrrp1", change)[0]!.inspection!)
            .filter(({ state }) => state !== "as rendered")
            .map(({ path, state }) => `${path} ${state}`);

    it("are compared with the host's own interface and network file filled in", () => {
        const all = fileStates(plan.files["vrrp1"]!, plan.inspection.modes, inspection);
        assert.deepEqual(
            all.map(({ state }) => state),
            all.map(() => "as rendered"),
        );
        assert.ok(
            all.some(({ path }) => path === "/etc/systemd/network/10-netplan-ens18.network.d/50-ha-api.conf"),
            "the network file is among them",
        );
        assert.match(all.find(({ path }) => path === KEEPALIVED_CONF)!.expected, /^ {4}interface ens18$/m);
    });

    it("do not include what belongs to something the host does not have", () => {
        assert.deepEqual(
            states((seen) => {
                seen.files = seen.files!.filter(({ path }) => !path.startsWith("/etc/systemd/network/"));
            }),
            [],
        );
    });

    it("are all missing where there is no list of them", () => {
        // All but the network file, which a host without networkd would not have.
        assert.equal(
            states((seen) => {
                delete seen.files;
            }).length,
            Object.keys(plan.files["vrrp1"]!).length - 1,
        );
    });

    it("differ when the interface the host has is another one", () => {
        assert.deepEqual(
            states((seen) => {
                seen.interface = "eth0";
            }),
            ["/etc/ha-api/watcher.conf changed", "/etc/ha-api/switchover.nft changed", `${KEEPALIVED_CONF} changed`],
        );
    });

    it("do not differ by a password alone, which is on both sides only a mask", () => {
        const rendered = { [KEEPALIVED_CONF]: "auth_pass @password@\n" };
        const sha256 = "acd5f4dd3f6c1e3cf8d6bf2d0a6ad9f5a5a6a8b1";
        const there = outcomeOf("sh", ["-c", `printf 'auth_pass ${MASK}\\n' | sha256sum`]).output.split(" ")[0]!;
        const state = (checksum: string): string | undefined =>
            fileStates(
                rendered,
                {},
                { ...inspection, files: [{ path: KEEPALIVED_CONF, mode: "644", sha256: checksum }] },
            )[0]?.state;
        assert.deepEqual([state(there), state(sha256)], ["as rendered", "changed"]);
    });
});

describe("drift of a file", () => {
    const changed = (expected: string, there: string | undefined): DriftedFile =>
        driftedFile(
            { path: KEEPALIVED_CONF, state: there === undefined ? "missing" : "changed", expected } satisfies FileState,
            there,
        );

    it("is shown from what was rendered to what is there", () => {
        assert.deepEqual(changed("a\nb\nc\n", "a\nB\nc\n").diff, [
            `--- rendered ${KEEPALIVED_CONF}`,
            `+++ on the host ${KEEPALIVED_CONF}`,
            "@@ -1,3 +1,3 @@",
            " a",
            "-b",
            "+B",
            " c",
        ]);
        assert.deepEqual(changed("a\n", undefined).diff, [
            `--- rendered ${KEEPALIVED_CONF}`,
            "+++ /dev/null",
            "@@ -1,1 +0,0 @@",
            "-a",
        ]);
    });

    it("never shows a password, whatever the host sent", () => {
        const { diff } = changed(`priority 254\nauth_pass ${MASK}\n`, `priority 1\nauth_pass ${SECRET}\n`);
        assert.doesNotMatch(diff.join("\n"), new RegExp(SECRET));
        assert.deepEqual(diff.slice(3), ["-priority 254", "+priority 1", ` auth_pass ${MASK}`]);
    });

    it("is read from what the host prints, which is refused when it was cut off", () => {
        const text = `file /etc/a ${Buffer.from("one\ntwo\n").toString("base64")}\nmissing /etc/b\nend\n`;
        assert.deepEqual([...parseShownFiles(text)], [["/etc/a", "one\ntwo\n"]]);
        assert.throws(() => parseShownFiles(text.slice(0, -4)), /cut off/);
    });
});
