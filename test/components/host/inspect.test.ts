/** The inspect program's connections, run here against servers of the test. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { programText } from "../../../components/host/assemble";

describe("the inspect program", function () {
    this.timeout(30_000);
    const servers: Server[] = [];
    const received: string[] = [];
    const port = (server: Server): number => (server.address() as AddressInfo).port;

    /** A server that sends nothing and remembers what it received. */
    function silentServer(): Promise<Server> {
        const server = createServer((socket) => {
            socket.on("data", (data) => received.push(data.toString("latin1"))).on("error", () => undefined);
        });
        servers.push(server);
        return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
    }
    /** The lines with this keyword that the program, or one with a changed text, says of this machine. */
    async function inspected(keyword: string, options: string[] = [], program = programText("inspect")) {
        const always = "--address 127.0.0.1 --vip kube_api=127.0.0.1 --service keepalived --status-port 1".split(" ");
        const { stdout } = await promisify(execFile)("bash", ["-c", program, "inspect", ...always, ...options]);
        return stdout.split("\n").filter((line) => line.startsWith(`${keyword} `));
    }
    async function listeners(ports: number[]): Promise<string[]> {
        const lines = await inspected(
            "listener",
            ports.flatMap((each) => ["--listener", `127.0.0.1:${each}`]),
        );
        return lines.sort();
    }
    afterEach(() => {
        for (const server of servers.splice(0)) server.close();
        received.length = 0;
    });

    it("connects to every listener, more than it connects to at once, and sends nothing to any but the API's", async () => {
        const api = port(await silentServer());
        await Promise.all(servers.map((server) => promisify(server.close.bind(server))()));
        const further = (await Promise.all(Array.from({ length: 60 }, silentServer))).map(port);
        const lines = await listeners([api, ...further]);
        assert.equal(lines.filter((line) => line.endsWith(" connected")).length, 60);
        assert.deepEqual(
            lines.filter((line) => !line.endsWith(" connected")),
            [`listener 127.0.0.1:${api} failed Connection refused`],
        );
        assert.deepEqual(received, []);
    });
    /** What it says of a keepalived whose main process is this one. */
    async function factsOf(main: number, keyword: string): Promise<string[]> {
        const folder = mkdtempSync(join(tmpdir(), "ha-api-inspect-"));
        writeFileSync(
            join(folder, "systemctl"),
            `#!/bin/sh\n[ "$2" != keepalived ] || printf ` +
                `'LoadState=loaded\\nActiveState=active\\nMainPID=${main}\\n'\n`,
            { mode: 0o755 },
        );
        // The program sets its own path.
        const text = programText("inspect").replace("PATH=", `PATH=${folder}:`);
        try {
            return await inspected(keyword, [], text);
        } finally {
            rmSync(folder, { recursive: true });
        }
    }

    it("names a service's processes that are stopped, those the main one started too", async () => {
        const main = spawn("bash", ["-c", "sleep 30 & sleep 31 & echo; wait"]);
        try {
            await once(main.stdout, "data");
            const [child] = readFileSync(`/proc/${main.pid!}/task/${main.pid!}/children`, "utf8").split(" ");
            assert.deepEqual(await factsOf(main.pid!, "stopped"), []);
            process.kill(Number(child), "SIGSTOP");
            assert.deepEqual(await factsOf(main.pid!, "stopped"), [`stopped keepalived ${child} `]);
            main.kill("SIGSTOP");
            assert.deepEqual(await factsOf(main.pid!, "stopped"), [`stopped keepalived ${main.pid!} ${child} `]);
        } finally {
            for (const pid of readFileSync(`/proc/${main.pid!}/task/${main.pid!}/children`, "utf8").split(" "))
                if (pid !== "") process.kill(Number(pid), "SIGKILL");
            main.kill("SIGKILL");
        }
    });

    it("reports how much room there is on each file system, once for each", async () => {
        const lines = await factsOf(0, "space");
        const places = lines.map((line) => line.split(" ")[1]!);
        assert.equal(new Set(places.map((place) => statSync(place).dev)).size, places.length);
        const [, place, free, size, freeInodes, inodes] = lines[0]!.split(" ");
        const seen = statfsSync("/");
        assert.equal(place, "/");
        assert.deepEqual([Number(size), Number(inodes)], [Math.floor((seen.blocks * seen.bsize) / 1024), seen.files]);
        assert.ok(Number(free) > 0 && Number(free) <= Number(size) && Number(freeInodes) <= Number(inodes), lines[0]);
    });

    it("reports which of the further listeners cannot be connected to", async () => {
        const [api, other, gone] = await Promise.all([silentServer(), silentServer(), silentServer()]);
        const refused = port(gone);
        await promisify(gone.close.bind(gone))();
        const lines = await listeners([port(api), port(other), refused]);
        assert.ok(lines.includes(`listener 127.0.0.1:${refused} failed Connection refused`), lines.join("\n"));
        assert.ok(lines.includes(`listener 127.0.0.1:${port(other)} connected`), lines.join("\n"));
    });
});
