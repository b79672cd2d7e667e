import assert from "node:assert/strict";
import type { Inputs } from "../../../components/model/inputs";
import { CERTIFICATE, existingMachines, layer7, modelOf, withValue } from "../support";

/** Each of the warnings matches its pattern, in this order, and there are no others. */
function assertWarnings(inputs: Inputs, ...patterns: RegExp[]): void {
    const { warnings } = modelOf(inputs);
    assert.equal(warnings.length, patterns.length, warnings.join("\n"));
    patterns.forEach((pattern, index) => assert.match(warnings[index]!, pattern));
}

/** Two hosts with these priorities. */
const prioritised = (first: number, second: number, vrrp: Inputs["vrrp"]): Inputs =>
    existingMachines({
        hosts: [
            { name: "vrrp1", address: "10.30.100.101", priority: first },
            { name: "vrrp2", address: "10.30.100.102", priority: second },
        ],
        ...(vrrp === undefined ? {} : { vrrp }),
    });

describe("what is allowed but costs something is a warning:", () => {
    it("nothing where all is left at its default", () => assertWarnings(existingMachines()));

    it("API servers that may not connect, where not everybody may", () => {
        assertWarnings(
            existingMachines({ allowedClients: ["10.30.100.51", "192.0.2.0/24"] }),
            /none of the networks of the API servers 10\.30\.100\.52, 10\.30\.100\.53: .*kubelet, is refused/,
        );
        assertWarnings(existingMachines({ allowedClients: ["10.30.100.0/25"] }));
        const onHosts = existingMachines({ listenOn: "vip", apiServers: ["10.30.100.101", "10.30.100.102"] });
        assertWarnings({ ...onHosts, allowedClients: ["192.0.2.0/24"] });
    });

    it("the owner's priority on a host that owns nothing", () =>
        assertWarnings(
            prioritised(255, 250, { preempt: true }),
            /vrrp1 has priority 255.*owner of the address.*takes the VIP back at once/,
        ));

    it("two hosts that both start as master, but not one", () => {
        const one = withValue(existingMachines({ vrrp: { preempt: true } }), "hosts[0].initialState", "master");
        assertWarnings(one);
        assertWarnings(
            withValue(one, "hosts[1].initialState", "master"),
            /vrrp1 starts as master although another host does too/,
            /vrrp2 starts as master/,
        );
    });

    it("version 2 and its password", () =>
        assertWarnings(
            existingMachines({ vrrp: { version: 2, authentication: "password", advertisementInterval: 2 } }),
            /crosses the network in clear text/,
            /version 2 counts in whole seconds: a dead master is noticed after more than 6 s/,
        ));

    it("a proxy that nothing but the check follows, with the time that takes", () =>
        assertWarnings(
            existingMachines({ vrrp: { trackProxy: false, check: { kind: "process", interval: 3, fall: 2 } } }),
            /noticed by the check only, after up to 6 s/,
        ));

    it("a check of the API that takes the address away when no API server answers", () => {
        assertWarnings(
            existingMachines({ vrrp: { check: { kind: "api" } } }),
            /kind api with weight 0: when no API server answers, every host gives the VIP up/,
        );
        assertWarnings(
            existingMachines({ vrrp: { preempt: true, check: { kind: "api", weight: -20 } } }),
            /a failed check moves the VIP only after/,
        );
    });

    it("that nginx itself leaves backends out, for each listener that asks for it", () => {
        const listeners = [
            { name: "etcd", port: 2379, backends: ["10.30.100.51"], balancing: { maxFails: 3, failTimeout: 9 } },
        ];
        assertWarnings(
            existingMachines({ balancing: { maxFails: 1 }, listeners }),
            /maxFails 1 of kube-api: one lost packet leaves a backend out for 5 s.*all backends at once/,
            /maxFails 3 of etcd: 3 lost packets leave a backend out for 9 s/,
        );
        assertWarnings(existingMachines({ balancing: { maxFails: 0 } }));
    });

    it("the password that goes with whoever reaches a layer-7 load balancer", () => {
        const tls = {
            certificate: CERTIFICATE,
            hasPrivateKey: true,
            clientCertificate: CERTIFICATE,
            hasClientPrivateKey: true,
        };
        assertWarnings(layer7({ tls }), /whoever reaches the VIP acts as the user that certificate names/);
        assertWarnings(layer7({ tls: { ...tls, clientCertificateAuthority: CERTIFICATE } }));
    });

    describe("a weight that never moves the VIP:", () => {
        const slow = /moves the VIP only after the other hosts' timers ran out/;
        const never = /too little: a failed check leaves vrrp1 with priority (\d+), and vrrp2 has no more than (\d+)/;
        for (const [weight, first, second, left] of [
            [-20, 100, 90, undefined],
            [-10, 100, 90, [90, 90]],
            [-2, 254, 244, [252, 244]],
            [50, 110, 100, undefined],
            // keepalived counts to 254 only: both hosts have that, whether the check passes or fails.
            [50, 254, 244, [254, 254]],
        ] as [number, number, number, [number, number] | undefined][]) {
            it(`${weight} with priorities ${first} and ${second}${left === undefined ? " does" : ""}`, () => {
                const inputs = prioritised(first, second, { preempt: true, check: { kind: "process", weight } });
                if (left === undefined) return assertWarnings(inputs, slow);
                assertWarnings(inputs, slow, never);
                assert.deepEqual(never.exec(modelOf(inputs).warnings[1]!)!.slice(1).map(Number), left);
            });
        }
    });
});
