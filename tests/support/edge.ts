import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A proxy between a client and NewFeed that can fail on demand. */
export interface Edge {
  url: string;
  /** Responds 502 to these paths from now on, as a restrictive network would. */
  refuse(path: RegExp | null): void;
  /** Breaks every open connection. */
  cut(): void;
  /** How many requests there were for a path. */
  count(path: RegExp): number;
  /** Every request so far, as `GET /path`. */
  requests(): readonly string[];
  close(): Promise<void>;
}

export async function startEdge(target: string): Promise<Edge> {
  const { hostname, port } = new URL(target);
  let refused: RegExp | null = null;
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const admit = ({ url = "", method = "" }: IncomingMessage) => {
    requests.push(`${method} ${url}`);
    return !refused?.test(url);
  };

  const server = createServer((incoming, outgoing) => {
    if (!admit(incoming)) return void outgoing.writeHead(502).end();
    const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
      response.on("error", () => outgoing.destroy());
    });
    onward.on("error", () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on("error", () => {});
    if (!admit(incoming)) return socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    const onward = connect(Number(port), hostname, () => {
      const headers = incoming.rawHeaders.reduce((lines, value, index) => lines + (index % 2 === 0 ? `${value}: ` : `${value}\r\n`), "");
      onward.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers}\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
    onward.on("close", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuse(path) {
      refused = path;
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    requests: () => requests,
    count: (path) => requests.filter((line) => path.test(line)).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
