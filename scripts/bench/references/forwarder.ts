// A bare forwarder: undici's `dispatch`, a pool of keep-alive connections, headers forwarded unchanged. No
// authentication, no limits, no log.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import type { ForwarderReady } from "../rows/gateway.ts";

const { UPSTREAM = "" } = process.env;
const pool = new Pool(`http://127.0.0.1:${UPSTREAM}`, { connections: 128, pipelining: 1 });
const server = createServer((request, response) => {
  const { connection: _connection, host: _host, ...headers } = request.headers;
  pool.dispatch(
    { method: request.method ?? "GET", path: request.url ?? "/", headers, body: null },
    {
      onRequestStart() {},
      onResponseStart(_controller, status, answered) {
        const { connection: _c, "keep-alive": _k, ...rest } = answered;
        response.writeHead(status, rest);
      },
      onResponseData(_controller, chunk) {
        response.write(chunk);
      },
      onResponseEnd() {
        response.end();
      },
      onResponseError(_controller, error) {
        response.destroy(error);
      },
    },
  );
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({
    type: "ready",
    pid: process.pid,
    port: (server.address() as AddressInfo).port,
    upstream: Number(UPSTREAM),
    token: "",
  } satisfies ForwarderReady);
});
