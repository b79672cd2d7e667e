import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import type { Model } from "../../../components/model/model";
import { packagesScript, packagesVersion, readyScript } from "../../../components/remote/scripts";
import { LIBEXEC, RUN, STATE, VRRP_STATE } from "../../../components/render/paths";
import { findProgram, itNeeds, outcomeOf } from "../programs";
import { existingMachines, modelOf, validInputs } from "../support";

const FOLDER = join(__dirname, "../../../components/remote/scripts");
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".sh"));
const text = (name: string): string => readFileSync(join(FOLDER, name), "utf8");

/** Runs the script's head up to its last line, then prints variables, as the host's bash sees them. */
function variables(model: Model, commands: string): string {
    const script = packagesScript(model).replace(/\nsetup < \/dev\/null\n$/, `\n${commands}\n`);
    assert.notEqual(script, packagesScript(model));
    const { status, said } = outcomeOf("bash", ["-s"], script);
    assert.equal(status, 0, said);
    return said;
}

describe("the programs that run on hosts", () => {
    for (const name of names) {
        it(`${name} is a program bash can read`, () => assert.deepEqual(outcomeOf("bash", ["-n", join(FOLDER, name)]), { status: 0, said: "" }));
        itNeeds(findProgram("shellcheck") === undefined && "shellcheck is not installed", `${name} has nothing shellcheck complains about`, () => {
            assert.deepEqual(outcomeOf("shellcheck", [join(FOLDER, name)]), { status: 0, said: "" });
        });
    }

    it("agree with the rendered files on where things are", () => {
        assert.match(text("converge.sh"), new RegExp(`STATE=${STATE} RUN=${RUN}\\b`));
        for (const name of ["restore.sh", "uninstall.sh"]) assert.match(text(name), new RegExp(`STATE=${STATE}\\b`));
        assert.match(text("packages.sh"), new RegExp(`STATE=${STATE} LIBEXEC=${LIBEXEC}\\b`));
        assert.match(text("vrrp-state.sh"), new RegExp(VRRP_STATE));
    });

    it("that come by standard input print no secret and name no password: there is none in them", () => {
        assert.doesNotMatch(packagesScript(modelOf()) + readyScript(), /PRIVATE KEY|password/i);
    });
});

describe("the packages script", () => {
    it("is a program bash can read, whatever the model", () => {
        fc.assert(fc.property(validInputs(), fc.constantFrom("distribution" as const, "nginx.org" as const), (inputs, source) => {
            const { status, said } = outcomeOf("bash", ["-n"], packagesScript(modelOf({ ...inputs, nginx: { ...inputs.nginx, source } })));
            assert.equal(status, 0, said);
        }), { numRuns: 10 });
    });

    it("installs nginx with its stream module from the distribution, and without it from nginx.org, which builds it in", () => {
        assert.equal(variables(modelOf(), "echo \"${packages[*]} from $source\""), "nginx libnginx-mod-stream keepalived logrotate from distribution\n");
        const other = modelOf(existingMachines({ nginx: { source: "nginx.org", channel: "mainline", repository: "http://mirror.example.com/nginx/" } }));
        assert.equal(variables(other, "echo \"${packages[*]} from $source $nginx_channel $nginx_repository\""),
            "nginx keepalived logrotate from nginx.org mainline http://mirror.example.com/nginx\n");
    });

    it("expects the fingerprints in the order it finds them in the key file's listing, however they were written", () => {
        const fingerprints = ["9e9b e90e acbc de69 fe9b 204c bcdc d8a3 8d88 a2b3", "573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62"];
        const model = modelOf(existingMachines({ nginx: { source: "nginx.org", signingKeyFingerprints: fingerprints } }));
        assert.equal(variables(model, "echo \"$nginx_fingerprints\""), "573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62 9E9BE90EACBCDE69FE9B204CBCDCD8A38D88A2B3\n");
    });

    it("leaves on the host exactly the programs this folder has", () => {
        const written = variables(modelOf(), "T=$(mktemp -d); eval \"$(declare -f write_programs | sed \"s#/usr/local/libexec/ha-api#$T#g\")\"; write_programs\n" +
            "for p in \"$T\"/*; do echo \"== ${p##*/} $(stat -c %a \"$p\")\"; cat \"$p\"; done; rm -r \"$T\"");
        // Those that come by standard input are not left there.
        const programs = names.map((name) => name.replace(/\.sh$/, "")).filter((name) => !["ready", "packages", "nginx-org", "container-image"].includes(name)).sort();
        // The folder's own name appears in one of the programs, and was replaced there like everywhere.
        assert.equal(written.replace(/\/tmp\/tmp\.\w+/g, LIBEXEC), programs.map((name) => `== ${name} 755\n${text(`${name}.sh`)}`).join(""));
    });

    it("does nothing when it was cut off on the way: all it does, it does in its last line", () => {
        const whole = packagesScript(modelOf());
        const last = whole.lastIndexOf("\nsetup < /dev/null\n");
        assert.equal(last, whole.length - "\nsetup < /dev/null\n".length);
        for (const length of [last, Math.floor(last * 0.9), Math.floor(last * 0.5), Math.floor(last * 0.1)]) {
            // Without a PATH nothing can be run; whatever was tried would be complained about.
            const { said } = outcomeOf("env", ["-i", "PATH=/nonexistent", "/bin/bash", "-s"], whole.slice(0, length));
            assert.doesNotMatch(said, /command not found|No such file/);
        }
    });

    it("has a version that is another one whenever the script is another one", () => {
        const distribution = modelOf(), other = modelOf(existingMachines({ nginx: { source: "nginx.org" } }));
        assert.match(packagesVersion(distribution), /^[0-9a-f]{8}$/);
        assert.notEqual(packagesVersion(distribution), packagesVersion(other));
        assert.equal(packagesVersion(distribution), packagesVersion(modelOf(existingMachines({ port: 443 }))), "but not when only nginx.conf is");
    });
});
