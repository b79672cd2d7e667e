import assert from "node:assert/strict";
import { imageToRun, parseImage } from "../../../components/model/containerImage";
import { RUNTIMES, type RuntimeName } from "../../../components/render/sources/containerRuntime";
import { containerCheck, containerUnit, type NginxContainer } from "../../../components/render/sources/container";
import { LIBEXEC } from "../../../components/host/paths";
import { itOnEachRelease } from "../../checkers";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const runtimes = Object.keys(RUNTIMES) as RuntimeName[];
const container = (runtime: RuntimeName): NginxContainer => ({
    runtime,
    image: `registry.example.com/library/nginx@${DIGEST}`,
});

describe("nginx in a container", () => {
    for (const runtime of runtimes) {
        const { path, content } = containerUnit(container(runtime));
        const execs = (key: string): string[] =>
            [...content.replaceAll("\\\n", "").matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value]) => value!);

        it(
            `writes with ${runtime} that the proxy is down before anything else when it ends, and that it is up ` +
                "after it has answered",
            () => {
                assert.match(
                    execs("ExecStop")[0]!,
                    /^\/bin\/sh -c 'if test -n "\$\$MAINPID"; then \S+\/switchover --stay; else echo 1 > \/run\/ha-api\/proxy-down; fi'$/,
                );
                assert.match(execs("ExecStopPost")[0]!, /^\/bin\/sh -c 'echo 1 > \/run\/ha-api\/proxy-down/);
                assert.match(
                    execs("ExecStartPost")[0]!,
                    new RegExp(`${LIBEXEC}/proxy-answers 6442 && echo 0 > /run/ha-api/proxy-down`),
                );
            },
        );
        it(`is neither started nor checked by ${runtime} with an image that must be fetched first`, () => {
            for (const command of [...execs("ExecStart"), containerCheck(container(runtime))])
                assert.match(command, / --pull never /);
        });
        it(`is checked by ${runtime} with a command the converge program can split at blanks`, () => {
            assert.doesNotMatch(containerCheck(container(runtime)), /["'`$*?\\]/);
        });
        itOnEachRelease(`has a unit for ${runtime} systemd finds nothing wrong with`, (checker) => {
            const { status, output } = checker.run("systemd-analyze", ["verify", "--man=no", path], {
                [path]: content,
            });
            assert.equal(status, 0, output);
            assert.doesNotMatch(output, /ha-api-nginx\.service/);
        });
    }
});

describe("a reference to an image", () => {
    const refused = [
        "nginx",
        "nginx:1.28",
        "library/nginx:1.28",
        "registry.example.com/library/nginx",
        "registry.example.com/library/Nginx:1",
        "registry.example.com/nginx:a b",
        "registry.example.com/nginx@sha256:12",
        "https://registry.example.com/nginx:1",
        "-v/nginx:1",
        "",
    ];

    it("names the registry, and a version by tag or digest", () => {
        assert.deepEqual(parseImage("registry.example.com/library/nginx:1.28"), {
            name: "registry.example.com/library/nginx",
            tag: "1.28",
        });
        assert.deepEqual(parseImage(`10.0.0.1:5000/nginx@${DIGEST}`), { name: "10.0.0.1:5000/nginx", digest: DIGEST });
        assert.deepEqual(parseImage("registry:5000/team/nginx:latest"), {
            name: "registry:5000/team/nginx",
            tag: "latest",
        });
        assert.deepEqual(parseImage("localhost/nginx:1"), { name: "localhost/nginx", tag: "1" });
    });
    it("is nothing else", () => {
        for (const reference of refused) assert.equal(parseImage(reference), undefined, reference);
    });
    it("that has both a tag and a digest is taken by its digest", () => {
        assert.equal(
            imageToRun(parseImage(`registry.example.com/library/nginx:1.28@${DIGEST}`)!),
            `registry.example.com/library/nginx@${DIGEST}`,
        );
        assert.equal(
            imageToRun(parseImage("registry.example.com/library/nginx:1.28")!),
            "registry.example.com/library/nginx:1.28",
        );
    });
});
