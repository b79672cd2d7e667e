import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Address, Network } from "../../../components/text/address";
import { Endpoint } from "../../../components/text/endpoint";

describe("an address", () => {
    const cases: [string, 4 | 6, string, string, string][] = [
        ["10.30.100.51", 4, "10.30.100.51", "10.30.100.51", "10.30.100.51/32"],
        ["2001:db8::1", 6, "2001:db8::1", "[2001:db8::1]", "2001:db8::1/128"],
        ["2001:0DB8:0:0:0:0:0:1", 6, "2001:db8::1", "[2001:db8::1]", "2001:db8::1/128"],
        ["2001:db8:0:1:1:1:1:1", 6, "2001:db8:0:1:1:1:1:1", "[2001:db8:0:1:1:1:1:1]", "2001:db8:0:1:1:1:1:1/128"],
        ["fd00::", 6, "fd00::", "[fd00::]", "fd00::/128"],
    ];
    for (const [text, family, printed, bracketed, hostRoute] of cases)
        it(`${text} is of IPv${family} and printed as ${printed}`, () => {
            const address = Address.of(text);
            assert.deepEqual(
                [address.family, `${address.toString()}`, address.bracketed, address.hostRoute],
                [family, printed, bracketed, hostRoute],
            );
        });

    for (const text of ["", "10.1", "010.0.0.1", "10.0.0.256", "0x7f.1", "[::1]", "fe80::1%eth0", ":::", "a", 7, null])
        it(`${JSON.stringify(text)} is none`, () => assert.equal(Address.parse(text), undefined));

    it("is the same however it was written", () => {
        assert.equal(Address.of("2001:DB8::0001").equals(Address.of("2001:db8:0::1")), true);
        assert.equal(Address.of("10.0.0.1").equals(Address.of("10.0.0.2")), false);
    });

    it("is in a network of its own family", () => {
        const network = Network.of({ address: "10.30.100.100", prefixLength: 24 });
        assert.equal(network.contains(Address.of("10.30.100.1")), true);
        assert.equal(network.contains(Address.of("10.30.101.1")), false);
        assert.equal(network.contains(Address.of("2001:db8::1")), false);
        assert.equal(
            Network.of({ address: "2001:db8::5", prefixLength: 64 }).contains(Address.of("2001:db8::ffff")),
            true,
        );
    });

    it("of a network that no machine can have are its first, and in IPv4 its last", () => {
        const reserved = (address: string, prefixLength: number): string[] =>
            Network.of({ address, prefixLength }).reserved.map(String);
        assert.deepEqual(reserved("10.30.100.100", 24), ["10.30.100.0", "10.30.100.255"]);
        assert.deepEqual(reserved("2001:db8::5", 64), ["2001:db8::"]);
    });
});

describe("an endpoint", () => {
    const cases: [string, number | undefined, string][] = [
        ["10.30.100.51", 6443, "10.30.100.51:6443"],
        ["10.30.100.51:6444", 6443, "10.30.100.51:6444"],
        ["2001:DB8::1", 6443, "[2001:db8::1]:6443"],
        ["[2001:db8::1]", 6443, "[2001:db8::1]:6443"],
        ["[2001:db8::1]:6444", undefined, "[2001:db8::1]:6444"],
    ];
    for (const [text, port, printed] of cases)
        it(`${text} is printed as ${printed}`, () => assert.equal(Endpoint.parse(text, port)?.toString(), printed));

    const none = [
        "10.0.0.1:0",
        "10.0.0.1:65536",
        "10.0.0.1:080",
        "10.0.0.1:",
        "[10.0.0.1]:80",
        "[::1",
        "::1]:80",
        ":80",
    ];
    for (const text of [...none, "10.0.0.1:80:80", "example.com:80", "", 7, null])
        it(`${JSON.stringify(text)} is none`, () => assert.equal(Endpoint.parse(text, 6443), undefined));

    it("needs its port where there is no default", () => assert.equal(Endpoint.parse("10.0.0.1"), undefined));

    it("may be at a name, which has no brackets", () =>
        assert.equal(
            Endpoint.of({ address: "api.example.com", port: 6443 }).url("/readyz"),
            "https://api.example.com:6443/readyz",
        ));

    it("has a name without brackets", () =>
        assert.equal(Endpoint.of({ address: "2001:db8::1", port: 6443 }).name, "2001:db8::1:6443"));

    it("is read as it was printed, of either family", () => {
        const address = fc.oneof(fc.ipV4(), fc.ipV6());
        fc.assert(
            fc.property(address, fc.integer({ min: 1, max: 65535 }), (text, port) => {
                const endpoint = Endpoint.of({ address: text, port });
                assert.ok(Endpoint.read(endpoint.toString()).equals(endpoint), endpoint.toString());
            }),
        );
    });
});
