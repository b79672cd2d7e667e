import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Inputs } from "../../../components/model/inputs";
import type { Model } from "../../../components/model/model";
import { resolveModel } from "../../../components/model/resolve";
import { hostFiles, hostManifest } from "../../../components/render/host";
import { nginx } from "../../../components/render/nginx";
import { existingMachines, firstHost, modelOf, validInputs, withValue } from "../support";

const nginxConf = (model: Model): string => nginx(model, model.hosts[0]!).files[0]!.content;
const answer = (model: Model): string => nginx(model, model.hosts[0]!).status.answer;
const keepalivedConf = (model: Model, index: number): string =>
    hostFiles(model, model.hosts[index]!).find(({ path }) => path.endsWith("keepalived.conf"))!.content;
const occurrences = (text: string, line: string): number =>
    text.split("\n").filter((candidate) => candidate.trim() === line).length;

describe("nginx.conf of any valid model", () => {
    it("has every API server exactly once, all of them as often for when they have failed, and no other", () => {
        fc.assert(
            fc.property(validInputs(), (inputs) => {
                const model = modelOf(inputs);
                const servers = (line: RegExp): string[] =>
                    nginxConf(model)
                        .split("\n")
                        .flatMap((text) => line.exec(text)?.slice(1, 2) ?? [])
                        .sort();
                const wanted = model.apiServers.map(({ address, port }) => `${address}:${port}`);
                const again = servers(/^\s*server (\S+:\d+) .*backup;$/);
                assert.deepEqual(servers(/^\s*server (\S+:\d+) max_fails=0;$/), [...wanted].sort());
                assert.deepEqual(
                    again,
                    wanted.flatMap((server) => Array<string>(again.length / wanted.length).fill(server)).sort(),
                );
                assert.ok(wanted.length + again.length >= 6, "every connection has at least six tries");
            }),
        );
    });

    it("is the same on every host", () => {
        fc.assert(
            fc.property(validInputs(), (inputs) => {
                const model = modelOf(inputs);
                const texts = model.hosts.map(
                    (host) => hostFiles(model, host).find(({ path }) => path === "/etc/nginx/nginx.conf")!.content,
                );
                assert.equal(new Set(texts).size, 1);
            }),
        );
    });

    it(
        "listens on the front port on all addresses, so that a backup is ready before it has the VIP, and " +
            "answers for its health on the loopback address only",
        () => {
            fc.assert(
                fc.property(validInputs(), (inputs) => {
                    const listens = nginxConf(modelOf(inputs))
                        .match(/^\s*listen \S+/gm)!
                        .map((line) => line.trim());
                    assert.deepEqual(
                        listens.sort(),
                        ["listen 127.0.0.1:6441;", "listen 127.0.0.1:6442;", `listen ${inputs.port!}`].sort(),
                    );
                }),
            );
        },
    );

    it("answers with a text that is another one exactly when the file is another one", () => {
        fc.assert(
            fc.property(validInputs(), validInputs(), (one, other) => {
                const a = modelOf(one),
                    b = modelOf({
                        ...one,
                        ...other,
                        hosts: one.hosts,
                        vip: one.vip,
                        apiServers: one.apiServers,
                        ssh: one.ssh,
                        virtualMachines: one.virtualMachines!,
                    });
                assert.equal(answer(a) === answer(b), nginxConf(a) === nginxConf(b));
                assert.equal(occurrences(nginxConf(a), `return "${answer(a)}\\n";`), 1);
            }),
        );
    });

    const changes: [string, unknown][] = [
        ["port", 443],
        ["apiServerPort", 6444],
        ["apiServers", ["10.30.100.51", "10.30.100.52"]],
        ["apiServers", ["10.30.100.53", "10.30.100.52", "10.30.100.51"]],
        ["balancing.connectTimeout", 2],
        ["balancing.idleTimeout", 600],
        ["balancing.method", "roundRobin"],
        ["balancing.maxFails", 3],
        ["listenOn", "vip"],
        ["listeners", [{ name: "etcd", port: 4001, backends: ["10.30.100.51:6001"] }]],
        ["logs.connectionFormat", "$status"],
        ["nginx.workerConnections", 1024],
        ["nginx.extraConfiguration", "allow all;"],
        ["nginx.source", "nginx.org"],
    ];
    for (const [path, value] of changes) {
        it(
            `tells a host that runs the configuration before a change of ${path} from one that runs it ` +
                `(${JSON.stringify(value)})`,
            () => {
                assert.notEqual(answer(modelOf(withValue(existingMachines(), path, value))), answer(modelOf()));
            },
        );
    }
});

describe("keepalived.conf of any valid model", () => {
    it("names the host's own address once and every other host as a peer, so that each pair speaks to each other", () => {
        fc.assert(
            fc.property(validInputs(), (inputs) => {
                const model = modelOf(inputs);
                model.hosts.forEach((host, index) => {
                    const text = keepalivedConf(model, index);
                    assert.equal(occurrences(text, `unicast_src_ip ${host.address}`), 1);
                    const peers = /unicast_peer \{\n([^}]*)\}/
                        .exec(text)![1]!
                        .split("\n")
                        .map((line) => line.trim())
                        .filter((line) => line !== "");
                    assert.deepEqual(
                        peers,
                        model.hosts.filter((other) => other !== host).map(({ address }) => address),
                    );
                });
            }),
        );
    });

    it("differs between hosts only in the lines about the host itself", () => {
        fc.assert(
            fc.property(validInputs(), (inputs) => {
                const model = modelOf(inputs);
                const addresses = new Set(model.hosts.map(({ address }) => address));
                const common = model.hosts.map((_, index) =>
                    keepalivedConf(model, index)
                        .split("\n")
                        .filter(
                            (line) =>
                                !/^\s*(router_id|priority|unicast_src_ip) /.test(line) && !addresses.has(line.trim()),
                        )
                        .join("\n"),
                );
                assert.equal(new Set(common).size, 1);
            }),
        );
    });

    it("has braces that open and close in order", () => {
        fc.assert(
            fc.property(validInputs(), (inputs) => {
                const model = modelOf(inputs);
                let depth = 0;
                for (const line of keepalivedConf(model, 0).split("\n")) {
                    depth += (line.match(/\{$/) === null ? 0 : 1) - (line.trim() === "}" ? 1 : 0);
                    assert.ok(depth >= 0, line);
                }
                assert.equal(depth, 0);
            }),
        );
    });
});

describe("text from inputs", () => {
    /** Text as an attacker, or a slip of the paste buffer, would have it. */
    const hostile = fc.oneof(
        fc.string({ unit: "binary", maxLength: 30 }),
        fc
            .array(
                fc.constantFrom(
                    "a",
                    "1",
                    " ",
                    "\n",
                    "\r",
                    "\t",
                    '"',
                    "'",
                    "{",
                    "}",
                    ";",
                    "#",
                    "!",
                    "$",
                    "`",
                    "\\",
                    "==== end",
                    "@interface@",
                    "-",
                    ".",
                    "\u0000",
                    "\u2028",
                ),
                { maxLength: 12 },
            )
            .map((parts) => parts.join("")),
    );
    const accepted = (inputs: Inputs): Model | undefined => {
        try {
            return resolveModel(inputs);
        } catch {
            return undefined;
        }
    };

    for (const [path, harmless] of [
        ["hosts[0].name", "vrrpx"],
        ["hosts[0].interface", "ensx"],
    ] as const) {
        it(`in ${path} is refused or stays the one word it is`, () => {
            fc.assert(
                fc.property(hostile, (text) => {
                    const model = accepted(withValue(existingMachines(), path, text));
                    if (model === undefined) return;
                    assert.match(text, /^[^\s"'{};#!$`\\]+$/);
                    const usual = modelOf(withValue(existingMachines(), path, harmless));
                    assert.equal(
                        hostManifest(model, firstHost(model)),
                        hostManifest(usual, firstHost(usual)).replaceAll(harmless, text),
                    );
                }),
                { numRuns: 2000 },
            );
        });
    }

    it(
        "in nginx.extraConfiguration adds exactly its own lines, inside the stream block, and can never look " +
            "like a line of the manifest",
        () => {
            const marker = "set_by_test;";
            fc.assert(
                fc.property(hostile, (text) => {
                    const model = accepted(withValue(existingMachines(), "nginx.extraConfiguration", text));
                    if (model === undefined) return;
                    const usual = nginxConf(
                        modelOf(withValue(existingMachines(), "nginx.extraConfiguration", marker)),
                    ).split("\n");
                    const given = text.split("\n").filter((line) => line.trim() !== "");
                    const indent = / *(?=set_by_test)/.exec(usual.join("\n"))![0];
                    assert.notEqual(indent, "");
                    const expected =
                        given.length === 0
                            ? nginxConf(modelOf()).split("\n")
                            : usual.flatMap((line) =>
                                  line.trim() === marker ? given.map((own) => indent + own) : [line],
                              );
                    const withoutAnswer = (all: string[]): string[] => all.filter((line) => !line.includes('return "'));
                    assert.deepEqual(withoutAnswer(nginxConf(model).split("\n")), withoutAnswer(expected));
                    assert.doesNotMatch(
                        hostManifest(model, firstHost(model))
                            .split("/etc/keepalived/keepalived.conf 0644")[0]!
                            .split("\n")
                            .slice(2)
                            .join("\n"),
                        /^==== (?!file)/m,
                    );
                }),
                { numRuns: 2000 },
            );
        },
    );

    it("never reaches the shell of a host unquoted: the manifest's commands hold none of it", () => {
        fc.assert(
            fc.property(validInputs(), (inputs) => {
                const model = modelOf(inputs);
                const checks = hostManifest(model, firstHost(model))
                    .split("\n")
                    .filter((line) => line.startsWith("check "));
                assert.deepEqual(checks, [
                    "check nginx -t -q -c {/etc/nginx/nginx.conf}",
                    "check /usr/local/libexec/ha-api/check-keepalived {/etc/keepalived/keepalived.conf}",
                ]);
            }),
        );
    });
});

describe("the manifest of any valid model", () => {
    it("writes every file as it was rendered, with its permissions", () => {
        fc.assert(
            fc.property(validInputs(), (inputs) => {
                const model = modelOf(inputs);
                for (const host of model.hosts) {
                    const blocks = hostManifest(model, host)
                        .split(/^==== /m)
                        .slice(1);
                    const files = blocks
                        .filter((block) => block.startsWith("file "))
                        .map((block) => {
                            const [first = "", ...content] = block.split("\n");
                            const [, path, mode] = first.split(" ");
                            return { path, mode, content: content.join("\n") };
                        });
                    assert.deepEqual(files, hostFiles(model, host));
                    assert.equal(blocks.at(-1), "end\n");
                }
            }),
        );
    });
});
