import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";

/** A proxy between a client and NewFeed that can fail on demand. */
export interface Edge {
  url: string;
  /** Responds 502 to these paths from now on, as a restrictive network would. */
  refuse(path: RegExp | null): void;
  /** Breaks every open connection. */
  cut(): void;
  /** Takes no connection from now on, and breaks those that are open; or takes them again. */
  setAway(isAway: boolean): void;
  /** Changes the text of a file from now on. */
  edit(path: string, change: (text: string) => string): void;
  /** How many requests there were for a path. */
  count(path: RegExp): number;
  /** Every request so far, as `GET /path`. */
  requests(): readonly string[];
  close(): Promise<void>;
}

export async function startEdge(target: string): Promise<Edge> {
  const { hostname, port } = new URL(target);
  let refused: RegExp | null = null;
  let away = false;
  const edits = new Map<string, (text: string) => string>();
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const admit = ({ url = "", method = "" }: IncomingMessage) => {
    requests.push(`${method} ${url}`);
    return !refused?.test(url);
  };

  const server = createServer((incoming, outgoing) => {
    if (!admit(incoming)) return void outgoing.writeHead(502).end();
    const change = edits.get(incoming.url ?? "");
    const { "if-none-match": _known, ...unconditional } = incoming.headers;
    const headers = change ? { ...unconditional, "accept-encoding": "identity" } : incoming.headers;
    const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers }, (response) => {
      if (change) {
        const { "content-length": _length, etag: _etag, ...others } = response.headers;
        outgoing.writeHead(response.statusCode ?? 502, others);
        text(response).then(
          (content) => outgoing.end(change(content)),
          () => outgoing.destroy(),
        );
        return;
      }
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
      response.on("error", () => outgoing.destroy());
    });
    onward.on("error", () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on("connection", (socket) => {
    if (away) return void socket.destroy();
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
    setAway(isAway) {
      away = isAway;
      if (away) for (const socket of sockets) socket.destroy();
    },
    edit: (path, change) => void edits.set(path, change),
    requests: () => requests,
    count: (path) => requests.filter((line) => path.test(line)).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
