// Express and http-proxy-middleware over keep-alive connections, and nothing else. For comparison: no floor uses it.
import { Agent } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { createProxyMiddleware } from "http-proxy-middleware";
import type { ForwarderReady } from "../rows/gateway.ts";

const { UPSTREAM = "" } = process.env;
const app = express();
app.use(createProxyMiddleware({ target: `http://127.0.0.1:${UPSTREAM}`, agent: new Agent({ keepAlive: true, maxSockets: 128 }) }));
const server = app.listen(0, "127.0.0.1", () => {
  process.send?.({
    type: "ready",
    pid: process.pid,
    port: (server.address() as AddressInfo).port,
    upstream: Number(UPSTREAM),
    token: "",
  } satisfies ForwarderReady);
});
