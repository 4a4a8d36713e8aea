// The gateway as a cluster runs it (its own process, limits in Redis, a log line per request), in front of a service that
// answers with what it has at hand: a page of ten posts, a comment, else one kilobyte. Only the gateway runs on the
// measured processor.
import { spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { openSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asSessionId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { serviceNames, urlVariable } from "@newfeed/shared/contracts/services.ts";
import { createTokenSigner } from "@newfeed/shared/http/tokens.ts";
import { v7 as uuidv7 } from "uuid";
import { nodeOptions } from "../../cluster/topology.ts";
import { startInfra } from "../../infra.ts";
import { pinned, processorOf } from "../processes.ts";
import { root } from "../root.ts";
import type { ForwarderReady } from "../rows/gateway.ts";

const { DIRECTORY = "" } = process.env;
const { privateKey } = generateKeyPairSync("ed25519");
const signer = await createTokenSigner(privateKey.export({ type: "pkcs8", format: "pem" }) as string);

const author = { id: uuidv7(), username: "alice", fullName: "Alice", avatarUrl: null };
const createdAt = new Date().toISOString();
const lines = (kilobytes: number) => "A post of one kilobyte. ".repeat(40 * kilobytes);
const postOf = (content: string) => ({
  ...{ id: uuidv7(), author, content, title: null, postType: "TEXT", mediaUrls: [], media: [], link: null, mentions: [], hashtags: [] },
  ...{
    visibility: "public",
    status: "published",
    likeCount: 3,
    commentCount: 5,
    location: null,
    publishAt: null,
    summary: null,
    linkCard: null,
    quotedPostId: null,
    quotedPost: null,
    quotable: true,
    repostCount: 2,
    shareCount: 2,
    likedByMe: false,
    bookmarkedByMe: false,
    mutedByMe: false,
    repostedByMe: false,
    revision: 1,
    createdAt,
    updatedAt: createdAt,
  },
});
const page = Array.from({ length: 10 }, (_, index) => postOf(`The quick brown fox jumps over the lazy dog, and back again. ${index}`));
const answers: Record<string, string> = Object.fromEntries(
  Object.entries({
    "/.well-known/": signer.keySet,
    "/internal/revocations": { revocations: [], next: new Date(0).toISOString() },
    "/api/v1/posts?": { data: page, pageInfo: { hasNextPage: true, endCursor: "next", startCursor: "first" } },
    "/api/v1/comments": {
      ...{ id: uuidv7(), postId: page[0]?.id, parentCommentId: null, author, content: "The quick brown fox jumps over the lazy dog and back" },
      ...{ mentions: [], likeCount: 0, replyCount: 0, revision: 1, createdAt, updatedAt: createdAt },
    },
    "": postOf(lines(1)),
  }).map(([beginning, answer]) => [beginning, JSON.stringify(answer)]),
);
const service = createServer((request, response) => {
  const body = Object.entries(answers).find(([beginning]) => request.url?.startsWith(beginning))?.[1] as string;
  response.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) }).end(body);
}).listen(0, "127.0.0.1");
service.keepAliveTimeout = 65_000;
const infra = await startInfra({ directory: DIRECTORY, need: ["redis"], progress: () => {} });

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
const probe = createServer().listen(0, "127.0.0.1");
await sleep(50);
const port = portOf(probe);
probe.close();
const upstream = portOf(service);
const url = `http://127.0.0.1:${upstream}`;
const [command, args] = pinned(processorOf.measured, process.execPath, [`${root}app/start.ts`, "--services=api-gateway"]);
const log = openSync(join(DIRECTORY, "gateway.log"), "w");
const gateway = spawn(command, args, {
  stdio: ["ignore", log, log],
  env: {
    PATH: process.env.PATH,
    NODE_ENV: "production",
    NODE_OPTIONS: nodeOptions,
    HOST: "127.0.0.1",
    PORT: String(port),
    GRPC_PORT: "0",
    INSTANCE: "api-gateway-1",
    REDIS_URL: infra.servers.redis.url,
    INTERNAL_TOKEN_SECRET: randomBytes(32).toString("hex"),
    RATE_LIMIT_FACTOR: "1000000",
    LOG_LEVEL: "http",
    LOG_FORMAT: "json",
    ...Object.fromEntries(serviceNames.map((name) => [urlVariable(name), url])),
  },
});
for (const deadline = Date.now() + 30_000; ; await sleep(100)) {
  const live = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined);
  if (live?.ok) break;
  if (Date.now() > deadline) throw new Error("the gateway did not start");
}

const user = { userId: asUserId(uuidv7()), sessionId: asSessionId(uuidv7()), username: "alice", roles: ["user"] };
const token = await signer.sign("newfeed", user, new Date(Date.now() + 3_600_000));
process.on("SIGTERM", async () => {
  gateway.kill("SIGKILL");
  await infra.close();
  process.exit(0);
});
process.send?.({ type: "ready", pid: gateway.pid as number, port, upstream, token } satisfies ForwarderReady);
