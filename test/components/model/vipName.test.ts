import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { parse } from "ipaddr.js";
import type { VipLookup } from "../../../components/model/inputs";
import { lookUp } from "../../../components/model/lookUp";
import { vipName } from "../../../components/model/vip";
import { assertRefused, dualStack, existingMachines, ipv6Only, modelOf } from "../support";

const NAME = "k3s1api.example.com";
const NO_SUCH_NAME = 3;
const FAILED = 2;

/** A name server for one name: answers with these addresses, or with an error code, or not at all. */
class NameServer {
    private readonly socket: Socket = createSocket("udp4");
    questions = 0;

    async start(reply: string[] | number | undefined): Promise<void> {
        this.socket.on("message", (question, { port, address }) => {
            this.questions++;
            if (reply !== undefined) this.socket.send(answerTo(question, reply), port, address);
        });
        await new Promise<void>((resolve) => this.socket.bind(0, "127.0.0.1", resolve));
    }

    get address(): string {
        return `127.0.0.1:${this.socket.address().port}`;
    }

    stop(): void {
        this.socket.close();
    }
}

/** RFC 1035, section 4: the question again, and for each address a record that refers to its name. */
function answerTo(question: Buffer, reply: string[] | number): Buffer {
    const addresses = typeof reply === "number" ? [] : reply;
    let end = 12;
    while (question[end] !== 0) end += question[end]! + 1;
    const header = Buffer.alloc(12);
    question.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (typeof reply === "number" ? reply : 0), 2);
    header.writeUInt16BE(1, 4);
    const asked = question.readUInt16BE(end + 1);
    const records = addresses
        .map((address) => parse(address).toByteArray())
        // A is type 1, AAAA is 28.
        .filter(({ length }) => (length === 4 ? 1 : 28) === asked)
        .map((bytes) => Buffer.from([0xc0, 12, 0, asked, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes]));
    header.writeUInt16BE(records.length, 6);
    return Buffer.concat([header, question.subarray(12, end + 5), ...records]);
}

describe("a name given as the VIP", () => {
    let server: NameServer | undefined;
    async function ask(reply: string[] | number | undefined): Promise<VipLookup> {
        const started = new NameServer();
        server = started;
        await started.start(reply);
        return lookUp(NAME, [started.address]);
    }
    afterEach(() => {
        server?.stop();
        server = undefined;
    });

    it("is distinguished from an address, and from a mistyped one", () => {
        assert.equal(vipName("k3s1api.example.com/24"), NAME);
        assert.equal(vipName("k3s1api"), "k3s1api");
        for (const other of [
            "10.30.100.100/24",
            "10.30.100",
            "10.30.100.256",
            "-api.example.com",
            "api..example.com",
            "",
            undefined,
            7,
        ])
            assert.equal(vipName(other), undefined, String(other));
    });

    it("is asked for at the given name servers", async () => {
        assert.deepEqual(await ask(["10.30.100.100"]), { name: NAME, addresses: ["10.30.100.100"] });
        assert.equal(server?.questions, 1);
    });

    it("may have one address only, and the others are shown in an order that does not change", async () => {
        const vipLookup = await ask(["10.30.100.53", "10.30.100.51"]);
        assertRefused(
            existingMachines({ vip: `${NAME}/24`, vipLookup }),
            "vip",
            /must be the name of one address; it resolves to 10\.30\.100\.51, 10\.30\.100\.53; received "k3s1api\.example\.com"/,
        );
    });

    it("is one address also when the server names it twice", async () => {
        assert.deepEqual((await ask(["10.30.100.100", "10.30.100.100"])).addresses, ["10.30.100.100"]);
    });

    it("stands for its IPv6 address where it has no other", async () => {
        const vipLookup = await ask(["2001:db8:30:100::64"]);
        const { vips } = modelOf(ipv6Only({ vip: `${NAME}/64`, vipLookup }));
        assert.deepEqual(
            vips.map(({ address, name }) => [address, name]),
            [["2001:db8:30:100::64", NAME]],
        );
    });
    it("stands for its IPv4 address where it has both, beside which vip6 is the other", () => {
        const vipLookup = { name: NAME, addresses: ["10.30.100.100", "2001:db8:30:100::100"] };
        const { vips } = modelOf(dualStack({ vip: `${NAME}/24`, vipLookup }));
        assert.deepEqual(
            vips.map(({ address, name }) => [address, name]),
            [
                ["10.30.100.100", NAME],
                ["2001:db8:30:100::100", undefined],
            ],
        );
    });

    for (const [what, reply, reason] of [
        ["that does not exist", NO_SUCH_NAME, /there is no such name \(asked: 127\.0\.0\.1:\d+\)/],
        ["without an address", [], /the name has no address \(asked/],
        ["whose server fails", FAILED, /the name server failed \(asked/],
    ] as [string, string[] | number, RegExp][]) {
        it(`${what} is refused, with the servers that were asked`, async () => {
            const vipLookup = await ask(reply);
            assertRefused(existingMachines({ vip: `${NAME}/24`, vipLookup }), "vip", reason);
        });
    }

    it("is given up when no server answers", async function () {
        this.timeout(40_000);
        assert.match((await ask(undefined)).failure!, /no name server answered in time \(asked/);
    });

    it("becomes the VIP's address, with the prefix length that was given or 24, and stays the name in URLs", () => {
        const vipLookup = { name: NAME, addresses: ["10.30.100.100"] };
        assert.deepEqual(modelOf(existingMachines({ vip: `${NAME}/23`, vipLookup })).vips[0], {
            instance: "kube_api",
            address: "10.30.100.100",
            prefixLength: 23,
            routerId: 100,
            preempt: false,
            preemptDelay: 0,
            name: NAME,
        });
        assert.deepEqual(modelOf(existingMachines({ vip: NAME, vipLookup })).vips[0], {
            instance: "kube_api",
            address: "10.30.100.100",
            prefixLength: 24,
            routerId: 100,
            preempt: false,
            preemptDelay: 0,
            name: NAME,
        });
    });

    it("is refused when it resolves to the address of a host or of an API server", () => {
        const resolved = (address: string) =>
            existingMachines({ vip: `${NAME}/24`, vipLookup: { name: NAME, addresses: [address] } });
        assertRefused(resolved("10.30.100.101"), "hosts[0].address", /must not be the VIP/);
        assertRefused(resolved("10.30.100.51"), "apiServers", /must not contain the VIP/);
    });
});
