import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { programText } from "../../../components/host/assemble";
import { PROGRAMS, readyScript, SENT_PROGRAMS } from "../../../components/host/programs";
import { packagesScript, packagesVersion } from "../../../components/render/packagesStep";
import type { Model } from "../../../components/model/model";
import { LIBEXEC, RUN, STATE } from "../../../components/host/paths";
import { itOnEachRelease } from "../../checkers";
import { outcomeOf } from "../programs";
import { existingMachines, modelOf, validInputs } from "../support";

const FOLDER = join(__dirname, "../../../components/host");
const shellPrograms = [...PROGRAMS.filter((name) => name !== "watch"), ...SENT_PROGRAMS];

/** Runs the script's head up to its last line, then prints variables, as the host's bash sees them. */
function variables(model: Model, commands: string, state: string = STATE): string {
    const script = packagesScript(model, commands).replaceAll(`STATE=${STATE} `, `STATE=${state} `);
    const { status, output } = outcomeOf("bash", ["-s"], script);
    assert.equal(status, 0, output);
    return output;
}

describe("the programs that run on hosts", () => {
    for (const name of shellPrograms) {
        it(`${name} is a program bash can read`, () =>
            assert.deepEqual(outcomeOf("bash", ["-n"], programText(name)), { status: 0, output: "" }));
    }

    itOnEachRelease("have nothing shellcheck complains about", (checker) => {
        const files = Object.fromEntries(shellPrograms.map((name) => [`/${name}`, programText(name)]));
        assert.deepEqual(checker.run("shellcheck", Object.keys(files), files), { status: 0, output: "" });
    });

    itOnEachRelease("are, in watch, what perl can read without a warning", (checker) => {
        assert.deepEqual(checker.run("perl", ["-c", "/watch"], { "/watch": programText("watch") }), {
            status: 0,
            output: "/watch syntax OK\n",
        });
    });

    it("use of Perl what perl-base has, which is on every host", () => {
        const used = [...programText("watch").matchAll(/^use (?!Watch::)([A-Z]\w*)/gm)].map(([, name]) => name);
        assert.deepEqual([...new Set(used)].sort(), ["Errno", "Exporter", "Fcntl", "POSIX", "Socket"]);
    });

    it("say nowhere themselves where things are: the rendered paths are the only declaration", () => {
        for (const part of readdirSync(FOLDER, { recursive: true, encoding: "utf8" })) {
            if (!/\.(sh|pl|pm)$/.test(part)) continue;
            const text = readFileSync(join(FOLDER, part), "utf8").replace(/^\s*#.*$/gm, "");
            for (const path of [STATE, RUN, LIBEXEC])
                assert.doesNotMatch(text, new RegExp(`${path}(?![\\w.-])`), `${part} names ${path}`);
        }
    });

    it("that come by standard input print no secret and name no password: there is none in them", () => {
        assert.doesNotMatch(packagesScript(modelOf()) + readyScript(), /PRIVATE KEY|auth_pass +[A-Za-z0-9]/);
    });
});

describe("the packages script", () => {
    it("is a program bash can read, whatever the model", () => {
        fc.assert(
            fc.property(
                validInputs(),
                fc.constantFrom("distribution" as const, "nginx.org" as const),
                (inputs, source) => {
                    const { status, output } = outcomeOf(
                        "bash",
                        ["-n"],
                        packagesScript(modelOf({ ...inputs, nginx: { ...inputs.nginx, source } })),
                    );
                    assert.equal(status, 0, output);
                },
            ),
            { numRuns: 10 },
        );
    });

    it(
        "installs nginx with its stream module from the distribution, and without it from nginx.org, which " +
            "builds it in",
        () => {
            assert.equal(
                variables(modelOf(), 'echo "${packages[*]} from ${repository[name]:-the distribution}"'),
                "nginx libnginx-mod-stream logrotate nftables keepalived from the distribution\n",
            );
            const other = modelOf(
                existingMachines({
                    nginx: { source: "nginx.org", channel: "mainline", repository: "http://mirror.example.com/nginx/" },
                }),
            );
            assert.equal(
                variables(other, 'echo "${packages[*]} from ${repository[name]} ${repository[packages]}"'),
                "nginx logrotate nftables keepalived from nginx.org http://mirror.example.com/nginx/packages/mainline\n",
            );
        },
    );

    it("says what packages leave behind, and where they have configuration of their own", () => {
        const shown = 'printf "%s, " "${leftovers[@]}" "${configuration_folders[@]}"';
        assert.equal(
            variables(modelOf(), shown),
            "/var/lib/nginx, /var/cache/nginx, /etc/iproute2/rt_addrprotos.d/keepalived.conf keepalived, " +
                "/etc/nginx, /etc/keepalived, ",
        );
        assert.match(variables(modelOf(existingMachines({ engine: "haproxy" })), shown), /^\/var\/lib\/haproxy, /);
    });

    it("remembers what of that was not there before, and the folders around it, once", () => {
        const folder = mkdtempSync(join(tmpdir(), "ha-api-leftovers-"));
        try {
            mkdirSync(join(folder, "there"));
            const paths = [`${folder}/there`, `${folder}/a/b/c tool`].map((path) => `'${path}'`).join(" ");
            const output = variables(
                modelOf(),
                `leftovers=(${paths}); remember_leftovers; remember_leftovers; ` +
                    `cat ${folder}/leftovers ${folder}/folders.absent`,
                folder,
            );
            assert.deepEqual(
                output
                    .trim()
                    .split("\n")
                    .map((line) => line.replace(folder, "")),
                ["/there", "/a/b/c tool", "/a/b/c", "/a/b", "/a"],
            );
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    for (const [runtime, present, expected] of [
        ["podman", "", "logrotate nftables keepalived podman crun"],
        ["podman", "podman", "logrotate nftables keepalived crun"],
        ["docker", "", "logrotate nftables keepalived docker.io docker-cli"],
        ["docker", "dockerd", "logrotate nftables keepalived docker-cli"],
        ["docker", "docker", "logrotate nftables keepalived docker.io"],
    ] as const) {
        it(
            "installs no nginx but what runs it from a container image by " +
                `${runtime}${present === "" ? "" : `, without ${present}, which is there already`}`,
            () => {
                const model = modelOf(
                    existingMachines({
                        nginx: {
                            source: "container",
                            container: { image: "registry.example.com/nginx:1.28", runtime },
                        },
                    }),
                );
                // The head of the script asks for the engine's command; here it has an answer.
                const script = packagesScript(model, "echo ${packages[*]} ${where_there[*]}").replace(
                    "\n",
                    `\ncommand() { [[ -n "${present}" && $2 == "${present}" ]]; }\n`,
                );
                assert.deepEqual(outcomeOf("bash", ["-s"], script), { status: 0, output: `${expected}\n` });
            },
        );
    }

    it("pulls the image after packages are installed, and limits a Docker that is to be installed before", () => {
        const around = (runtime: "podman" | "docker"): string =>
            variables(
                modelOf(
                    existingMachines({
                        nginx: {
                            source: "container",
                            container: { image: "registry.example.com/nginx:1.28", runtime },
                        },
                    }),
                ),
                'limit_docker() { echo limit; }; pull_image() { echo "pull $*"; }; before_packages; echo ' +
                    "packages; after_packages",
            );
        assert.equal(around("podman"), "packages\npull podman registry.example.com/nginx:1.28\n");
        assert.equal(around("docker"), "limit\npackages\npull docker registry.example.com/nginx:1.28\n");
    });

    it("forgets the images of earlier configurations whatever else nginx comes from", () => {
        for (const source of ["distribution", "nginx.org"] as const) {
            assert.equal(
                variables(
                    modelOf(existingMachines({ nginx: { source } })),
                    'forget_images() { echo "forget but $*"; }; before_packages; after_packages',
                ),
                "forget but - -\n",
            );
        }
    });

    it("says why a signature is refused, and of whom", () => {
        const model = modelOf(existingMachines({ nginx: { source: "nginx.org" } }));
        const output = (status: string): string =>
            variables(
                model,
                `work=/nonexistent; fetch() { :; }; refuse() { echo "$*"; exit 0; }; gpg() { case " $* " in ` +
                    `*--verify*) printf '%s\\n' ${status} ;; *--list-keys*) echo pub:e:2048:1:AB:1:1609459200 ;; ` +
                    "esac; }; " +
                    "check_signature https://nginx.example.com/list; echo accepted",
            );
        const line = (kind: string): string => `'[GNUPG:] ${kind} ABF5BD827BD9BF62 someone'`;
        assert.equal(output(line("GOODSIG")), "accepted\n");
        assert.equal(output(`${line("NO_PUBKEY")} ${line("GOODSIG")}`), "accepted\n");
        assert.match(
            output(`${line("GOODSIG")} ${line("BADSIG")}`),
            /was changed after it was signed; nothing was trusted/,
        );
        assert.match(
            output(line("EXPKEYSIG")),
            /signed with the key ABF5BD827BD9BF62, which expired on 2021-01-01 \(this host's clock says \d{4}-/,
        );
        assert.match(output(line("REVKEYSIG")), /ABF5BD827BD9BF62, which was revoked/);
        assert.match(output(line("EXPSIG")), /signature of the list of packages at \S+ has expired/);
        assert.match(output(line("NO_PUBKEY")), /ABF5BD827BD9BF62, which is none of the expected ones/);
        assert.match(output("''"), /is not signed; nothing was trusted\. Use nginx\.org itself/);
    });

    it("expects the fingerprints in the order it finds them in the key file's listing, however they were written", () => {
        const fingerprints = [
            "9e9b e90e acbc de69 fe9b 204c bcdc d8a3 8d88 a2b3",
            "573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62",
        ];
        const model = modelOf(
            existingMachines({ nginx: { source: "nginx.org", signingKeyFingerprints: fingerprints } }),
        );
        assert.equal(
            variables(model, 'echo "${repository[fingerprints]}"'),
            "573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62 9E9BE90EACBCDE69FE9B204CBCDCD8A38D88A2B3\n",
        );
    });

    it("leaves on the host each program as it is, by its name", () => {
        const written = variables(
            modelOf(),
            'T=$(mktemp -d); eval "$(declare -f write_programs | sed "s#/usr/local/libexec/ha-api#$T#g")"; ' +
                'eval "$(declare -f place_programs | sed "s#[$]LIBEXEC#$T#g")"; write_programs\n' +
                'for p in "$T"/*; do echo "== ${p##*/} $(stat -c %a "$p")"; cat "$p"; done; rm -r "$T"',
        );
        // The folder's own name appears in some of the programs, and was replaced there like everywhere.
        assert.equal(
            written.replace(/\/tmp\/tmp\.\w+/g, LIBEXEC),
            PROGRAMS.map((name) => `== ${name} 755\n${programText(name)}`).join(""),
        );
    });

    it("does nothing when it was cut off on the way: all it does, it does in its last line", () => {
        const whole = packagesScript(modelOf());
        const last = whole.lastIndexOf("\nsetup < /dev/null\n}\n");
        assert.equal(last, whole.length - "\nsetup < /dev/null\n}\n".length);
        for (const length of [last, Math.floor(last * 0.9), Math.floor(last * 0.5), Math.floor(last * 0.1)]) {
            // Without a PATH nothing can be run; whatever was tried would be complained about.
            const { output } = outcomeOf("env", ["-i", "PATH=/nonexistent", "/bin/bash", "-s"], whole.slice(0, length));
            assert.doesNotMatch(output, /command not found|No such file/);
        }
    });

    it("has a version that is another one whenever the script is another one", () => {
        const distribution = modelOf(),
            other = modelOf(existingMachines({ nginx: { source: "nginx.org" } }));
        assert.match(packagesVersion(distribution), /^[0-9a-f]{8}$/);
        assert.notEqual(packagesVersion(distribution), packagesVersion(other));
        assert.equal(
            packagesVersion(distribution),
            packagesVersion(modelOf(existingMachines({ port: 443 }))),
            "but not when only nginx.conf is",
        );
    });
});
