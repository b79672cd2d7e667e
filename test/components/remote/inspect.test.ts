/** The inspect program's connections, run here against servers of the test. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const PROGRAM = join(__dirname, "../../../components/remote/scripts/inspect.sh");

describe("the inspect program", function () {
    this.timeout(30_000);
    const servers: Server[] = [];
    const received: string[] = [];
    const port = (server: Server): number => (server.address() as AddressInfo).port;

    /** A server that says nothing and remembers what it was told. */
    function silentServer(): Promise<Server> {
        const server = createServer((socket) => {
            socket.on("data", (data) => received.push(data.toString("latin1"))).on("error", () => undefined);
        });
        servers.push(server);
        return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
    }
    async function inspected(ports: number[]): Promise<string[]> {
        const listeners = ports.flatMap((each) => ["--listener", String(each)]);
        const { stdout } = await promisify(execFile)("bash", [PROGRAM, "--address", "127.0.0.1", "--vip", "127.0.0.1", "--proxy", "nginx", "--status-port", "1", ...listeners]);
        return stdout.split("\n").filter((line) => line.startsWith("listener ")).sort();
    }
    afterEach(() => {
        for (const server of servers.splice(0)) server.close();
        received.length = 0;
    });

    it("connects to every listener, more than it connects to at once, and says nothing to any but the API's", async () => {
        const api = port(await silentServer());
        await Promise.all(servers.map((server) => promisify(server.close.bind(server))()));
        const further = (await Promise.all(Array.from({ length: 60 }, silentServer))).map(port);
        const lines = await inspected([api, ...further]);
        assert.equal(lines.filter((line) => line.endsWith(" connected")).length, 60);
        assert.deepEqual(lines.filter((line) => !line.endsWith(" connected")), [`listener 127.0.0.1:${api} failed Connection refused`]);
        assert.deepEqual(received, []);
    });
    it("says which of the further listeners cannot be connected to", async () => {
        const [api, other, gone] = await Promise.all([silentServer(), silentServer(), silentServer()]);
        const refused = port(gone);
        await promisify(gone.close.bind(gone))();
        const lines = await inspected([port(api), port(other), refused]);
        assert.ok(lines.includes(`listener 127.0.0.1:${refused} failed Connection refused`), lines.join("\n"));
        assert.ok(lines.includes(`listener 127.0.0.1:${port(other)} connected`), lines.join("\n"));
    });
});
