// Holds watches: answers each request with the head of an endless answer and one event, and then says nothing more.
const { createServer } = require("node:net");

const [address, port] = process.argv.slice(2);
const EVENT = '{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"1001"}}}\n';
const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => socket.write(`${HEAD}${EVENT.length.toString(16)}\r\n${EVENT}\r\n`));
}).listen({ port: Number(port), host: address, backlog: 4096 });
