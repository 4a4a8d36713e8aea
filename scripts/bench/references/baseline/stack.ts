// The baseline as a whole stack: PostgreSQL and Redis as NewFeed's cluster has them, the app, and its gateway.
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { SignJWT } from "jose";
import pg from "pg";
import { startInfra } from "../../../infra.ts";
import { familyCpuSeconds, type StackReply } from "../../stack.ts";

const { DIRECTORY = "", COMMENTERS = "8", POSTS = "8" } = process.env;
const infra = await startInfra({ directory: DIRECTORY, need: ["postgres", "redis"], progress: () => {} });
const { postgres, redis } = infra.servers;
const database = new pg.Client({ connectionString: postgres.url });
await database.connect();
await database.query(`
  CREATE TABLE account (id uuid PRIMARY KEY, username text NOT NULL UNIQUE, full_name text NOT NULL);
  CREATE TABLE post (id uuid PRIMARY KEY, author_id uuid NOT NULL REFERENCES account, content text NOT NULL, visibility text NOT NULL DEFAULT 'public',
    comment_count int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE comment (id uuid PRIMARY KEY, post_id uuid NOT NULL REFERENCES post, author_id uuid NOT NULL REFERENCES account, content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON comment (post_id, created_at DESC);
  CREATE TABLE notification (id uuid PRIMARY KEY, user_id uuid NOT NULL, actor_id uuid NOT NULL, post_id uuid, comment_id uuid, type text NOT NULL,
    read_at timestamptz, created_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON notification (user_id, created_at DESC);`);

const secret = randomBytes(32).toString("hex");
async function account(username: string): Promise<{ id: string; token: string }> {
  const id = randomUUID();
  await database.query("INSERT INTO account VALUES ($1, $2, $3)", [id, username, `The ${username}`]);
  const claims = { username, roles: ["user"], sid: randomUUID() };
  const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setSubject(id).setIssuedAt().setExpirationTime("1h");
  return { id, token: await token.sign(new TextEncoder().encode(secret)) };
}
const author = await account("author");
const commenters: Awaited<ReturnType<typeof account>>[] = [];
for (let index = 1; index <= Number(COMMENTERS); index++) commenters.push(await account(`commenter${index}`));
const postIds = Array.from({ length: Number(POSTS) }, () => randomUUID());
for (const id of postIds) await database.query("INSERT INTO post (id, author_id, content) VALUES ($1, $2, 'A post')", [id, author.id]);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
async function start(file: string, environment: Record<string, string>): Promise<{ pid: number; port: number; child: ChildProcess }> {
  const port = await freePort();
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: { PATH: process.env.PATH, NODE_ENV: "production", PORT: String(port), REDIS_URL: redis.url, ...environment },
  });
  await once(child, "message");
  return { pid: child.pid as number, port, child };
}
const app = await start("app.ts", { DATABASE_URL: postgres.url });
const gateway = await start("gateway.ts", { TARGET: `http://127.0.0.1:${app.port}`, SECRET: secret });

const reply = (message: StackReply) => process.send?.(message);
process.on("message", async ({ type }: { type: "account" | "count" }) => {
  if (type === "count") {
    const { rows } = await database.query("SELECT count(*)::int AS comments FROM notification");
    return reply({ type: "counted", comments: rows[0].comments });
  }
  const pids = { postgres: postgres.pid, redis: redis.pid, app: app.pid, gateway: gateway.pid };
  reply({ type: "accounted", processes: familyCpuSeconds(new Map(Object.entries(pids) as [string, number][])) });
});
const close = async () => {
  app.child.kill("SIGKILL");
  gateway.child.kill("SIGKILL");
  await database.end();
  await infra.close();
  process.exit(0);
};
process.on("SIGTERM", close);
process.on("disconnect", close);
reply({
  type: "ready",
  url: `http://127.0.0.1:${gateway.port}`,
  socketUrl: `http://127.0.0.1:${app.port}`,
  tokens: commenters.map(({ token }) => token),
  authorToken: author.token,
  postIds,
  commentPath: "/posts/:id/comments",
  feedPath: "/posts?limit=10",
});
