// A typical Express gateway: verifies tokens (HS256, which costs a third of what Ed25519 does), counts a limit in Redis,
// and forwards with http-proxy-middleware over keep-alive connections.
import { Agent } from "node:http";
import express from "express";
import { createProxyMiddleware } from "http-proxy-middleware";
import { Redis } from "ioredis";
import { jwtVerify } from "jose";
import { RateLimiterRedis } from "rate-limiter-flexible";

const { PORT = "0", TARGET = "", REDIS_URL = "", SECRET = "" } = process.env;
const key = new TextEncoder().encode(SECRET);
const limiter = new RateLimiterRedis({ storeClient: new Redis(REDIS_URL), points: 1_000_000_000, duration: 900, keyPrefix: "baseline" });
const app = express();
app.disable("x-powered-by");
app.use(async (request, response, next) => {
  try {
    const { payload } = await jwtVerify((request.headers.authorization ?? "").replace(/^Bearer /, ""), key);
    request.headers["x-user-id"] = payload.sub;
  } catch {
    return void response.status(401).json({ message: "Sign in first." });
  }
  await limiter.consume(request.headers["x-user-id"] as string);
  next();
});
app.use(createProxyMiddleware({ target: TARGET, agent: new Agent({ keepAlive: true, maxSockets: 128 }) }));
app.listen(Number(PORT), "127.0.0.1", () => process.send?.({ type: "listening" })).keepAliveTimeout = 65_000;
