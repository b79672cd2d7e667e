import assert from "node:assert/strict";
import type { Inputs } from "../../../components/model/inputs";
import {
    assertRefused,
    CERTIFICATE,
    existingMachines,
    layer7,
    refusalOf,
    virtualMachines,
    withValue,
} from "../support";

const holding = (path: string, value: unknown): Inputs =>
    withValue(virtualMachines({ listeners: [{ name: "etcd", port: 2379, backends: ["10.30.100.51"] }] }), path, value);

describe("what was received is shown so that one sees what is wrong with it:", () => {
    const cases: [what: string, path: string, value: unknown, shown: RegExp][] = [
        ["a number that is none", "port", Number.NaN, /received NaN$/],
        ["a number without end", "port", Number.POSITIVE_INFINITY, /received Infinity$/],
        ["a number of another kind", "port", 6443n, /received 6443$/],
        ["a character of no width", "vip", "10.30.100.100\u200b", /received "10\.30\.100\.100\\u200b"$/],
        ["text that turns its direction", "hosts[0].name", "\u202evrrp1", /received "\\u202evrrp1"$/],
        ["a letter that only looks like another", "hosts[0].name", "vrr\u0440", /received "vrr\\u0440"$/],
        [
            "a Map instead of a group",
            "vrrp",
            new Map([["preempt", true]]),
            /must be a set of keys and values; received a Map$/,
        ],
        ["a Date instead of a group", "nginx", new Date(0), /must be a set of keys and values; received a Date$/],
        [
            "text in an object instead of a group",
            "vrrp",
            new String("fast"),
            /must be a set of keys and values; received "fast"$/,
        ],
        ["a function", "ssh.user", () => "ops", /received a function$/],
        ["a symbol as protocol", "listeners[0].protocol", Symbol("udp"), /one of tcp, udp; received Symbol\(udp\)$/],
        [
            "an object without any text as protocol",
            "listeners[0].protocol",
            Object.create(null),
            /one of tcp, udp; received \{\}$/,
        ],
    ];
    for (const [what, path, value, shown] of cases)
        it(`${what} (${path})`, () => assertRefused(holding(path, value), path, shown));
});

describe("a key there is no input for is refused, also in a program without types:", () => {
    const cases: [inputs: Inputs, path: string, reason: RegExp][] = [
        [
            withValue(existingMachines(), "apiservers", ["10.30.100.51"]),
            "apiservers",
            /is no input: did you mean apiServers\?$/,
        ],
        [withValue(existingMachines(), "vrrp.routerID", 51), "vrrp.routerID", /did you mean routerId\?$/],
        [withValue(existingMachines(), "balancing.maxfails", 3), "balancing.maxfails", /did you mean maxFails\?$/],
        [
            withValue(layer7(), "tls.minVersion", "1.3"),
            "tls.minVersion",
            /did you mean minimumVersion\?|there are: certificate, .*privateKey/,
        ],
        [withValue(existingMachines(), "hosts[1].prority", 200), "hosts[1].prority", /did you mean priority\?$/],
        [
            withValue(virtualMachines(), "virtualMachines.template.id", 9000),
            "virtualMachines.template.id",
            /there are: vmId, node, linked$|did you mean vmId\?$/,
        ],
        [
            existingMachines({
                listeners: [
                    { name: "etcd", port: 2379, backends: ["10.30.100.51"], balancing: { timeout: 1 } as object },
                ],
            }),
            "listeners[0].balancing.timeout",
            /there are: method, .*healthCheck$/,
        ],
        [
            withValue(existingMachines(), "vrrp.constructor", 1),
            "vrrp.constructor",
            /is no input; there are: routerId, profile/,
        ],
    ];
    for (const [inputs, path, reason] of cases) it(path, () => assertRefused(inputs, path, reason));

    it("without its value, which may be a secret", () => {
        const { message } = refusalOf(
            withValue(layer7({ tls: { certificate: CERTIFICATE, hasPrivateKey: true } }), "tls.privatekey", "hunter2"),
        );
        assert.match(message, /tls\.privatekey: is no input: did you mean privateKey\?/);
        assert.doesNotMatch(message, /hunter2/);
    });
    it("but one that is not given is nothing", () => {
        assertRefused(existingMachines({ port: 0, ...{ aliens: undefined } }), "port", /whole number/);
    });
});
