// An HTTP load over keep-alive connections: each sends its next request after a response (closed loop), or on schedule
// (open loop). Written on bare sockets, so that the load takes little of what is measured.
import { connect, type Socket } from "node:net";

export interface HttpLoad {
  port: number;
  connections: number;
  seconds: number;
  /** Requests per second over all connections (open loop); without it the loop is closed. */
  rate?: number;
  /** Sent in rotation. */
  requests: { method: string; path: string; headers: Record<string, string>; body?: string }[];
}

export type HttpLoadReply = { type: "ready" } | { type: "loaded"; succeeded: number; failed: number; status: Record<string, number> };

function encode({ method, path, headers, body = "" }: HttpLoad["requests"][number]): Buffer {
  const lines = Object.entries({
    host: "localhost",
    ...headers,
    ...(body && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
  });
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`);
}

/** Parses the responses on a connection, with `content-length` or chunked. */
function readResponses(socket: Socket, onResponse: (status: string, isLast: boolean) => void): void {
  let text = "";
  socket.on("data", (data) => {
    text += data.toString("latin1");
    for (;;) {
      const head = text.indexOf("\r\n\r\n");
      if (head < 0) return;
      const fields = text.slice(0, head + 2);
      const length = /\r\ncontent-length: (\d+)/i.exec(fields)?.[1];
      const end = length === undefined ? text.indexOf("\r\n0\r\n\r\n", head) + 7 : head + 4 + Number(length);
      if (end < head + 4 || text.length < end) return;
      const status = text.slice(9, 12);
      text = text.slice(end);
      onResponse(status, /\r\nconnection: close\r\n/i.test(fields));
    }
  });
}

async function run({ port, connections, seconds, rate, requests }: HttpLoad): Promise<Extract<HttpLoadReply, { type: "loaded" }>> {
  const encoded = requests.map(encode);
  const status: Record<string, number> = {};
  let sent = 0;
  let responses = 0;
  let stopped = false;
  const next = () => encoded[sent++ % encoded.length] as Buffer;
  const idle: Socket[] = [];
  const sockets = new Set<Socket>();
  const asking = new Set<Socket>();
  const finished = Promise.withResolvers<void>();
  function send(socket: Socket) {
    asking.add(socket);
    socket.write(next());
  }
  function goOn(socket: Socket) {
    if (!stopped && rate === undefined) send(socket);
    else idle.push(socket);
  }
  const open = () =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      sockets.add(socket);
      socket.once("error", reject);
      socket.once("connect", () => resolve(socket));
      socket.once("close", () => {
        sockets.delete(socket);
        if (asking.has(socket)) finished.reject(new Error("a connection was closed before its response"));
      });
      readResponses(socket, (code, isLast) => {
        responses++;
        asking.delete(socket);
        status[code] = (status[code] ?? 0) + 1;
        if (!isLast) goOn(socket);
        else {
          // nginx does so after a thousand requests.
          socket.destroy();
          open().then(goOn, finished.reject);
        }
        if (stopped && asking.size === 0) finished.resolve();
      });
    });
  const opened = await Promise.all(Array.from({ length: connections }, open));
  let timer: NodeJS.Timeout | undefined;
  for (const socket of opened) goOn(socket);
  if (rate !== undefined) {
    const started = performance.now();
    timer = setInterval(() => {
      // When no connection is idle, a request that is due waits for one.
      for (let due = Math.floor(((performance.now() - started) * rate) / 1_000); sent < due && idle.length > 0; ) send(idle.shift() as Socket);
    }, 1);
  }
  await Promise.race([new Promise((resolve) => setTimeout(resolve, seconds * 1_000)), finished.promise]);
  stopped = true;
  clearInterval(timer);
  if (asking.size > 0) await finished.promise;
  for (const socket of sockets) socket.destroy();
  const succeeded = Object.entries(status).reduce((sum, [code, count]) => (code.startsWith("2") ? sum + count : sum), 0);
  return { type: "loaded", succeeded, failed: responses - succeeded, status };
}

process.on("message", async (load: HttpLoad) => process.send?.(await run(load)));
process.send?.({ type: "ready" } satisfies HttpLoadReply);
