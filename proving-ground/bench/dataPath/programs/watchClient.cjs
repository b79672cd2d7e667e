// Opens watches and holds them. Commands come by standard input, one JSON answer a command: `open N`, `count`, `end`.
const { clearTimeout, setTimeout } = require("node:timers");
const { connect } = require("node:net");
const { createInterface } = require("node:readline");

const [address, port] = process.argv.slice(2);
const AT_ONCE = 200;
const held = new Set();
let broken = 0;

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

function watch() {
    return new Promise((done) => {
        const socket = connect({ host: address, port: Number(port) });
        let open = false;
        const over = () => {
            if (open) broken++;
            held.delete(socket);
            socket.destroy();
            clearTimeout(patience);
            done();
        };
        // One that is not answered would be counted as held otherwise.
        const patience = setTimeout(over, 10_000);
        socket.on("error", over).on("close", over);
        socket.once("connect", () => socket.write("GET /api/v1/pods?watch=true HTTP/1.1\r\nHost: kubernetes\r\n\r\n"));
        socket.once("data", () => {
            open = true;
            held.add(socket);
            clearTimeout(patience);
            done();
        });
    });
}

async function open(count) {
    let left = count;
    const start = Date.now();
    await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
            while (left-- > 0) await watch();
        }),
    );
    say({ held: held.size, broken, took: Date.now() - start });
}

createInterface({ input: process.stdin })
    .on("line", (line) => {
        const [command, count] = line.split(" ");
        if (command === "open") void open(Number(count));
        else if (command === "count") say({ held: held.size, broken });
        else process.exit(0);
    })
    .on("close", () => process.exit(0));
