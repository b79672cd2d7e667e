/** A proxy for apt, as sites have it whose machines cannot reach a mirror by themselves. */
import { createServer, request, type Server } from "node:http";
import { once } from "node:events";

/** `asked` has the address of each request, as they come. */
export async function startProxy(address: string, port: number): Promise<{ proxy: Server; asked: string[] }> {
    const asked: string[] = [];
    const proxy = createServer((incoming, outgoing) => {
        asked.push(incoming.url ?? "");
        const onwards = request(
            incoming.url ?? "",
            { method: incoming.method, headers: incoming.headers },
            (answer) => {
                outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
                answer.pipe(outgoing);
            },
        );
        onwards.on("error", () => outgoing.destroy());
        incoming.pipe(onwards);
    });
    proxy.listen(port, address);
    await once(proxy, "listening");
    return { proxy, asked };
}
