// The baseline: one Express process that validates, inserts and emits. It does what a comment does in NewFeed (looks the
// post up, counts the comment, notifies the post's author) in one transaction, then emits over stock Socket.IO with its
// Redis adapter. A crash between the commit and the emit loses the event; a client that is offline misses it. The newest
// posts come from Redis for a minute, whatever happens meanwhile.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import express, { type RequestHandler } from "express";
import { Redis } from "ioredis";
import pg from "pg";
import { Server } from "socket.io";
import * as z from "zod";

const { PORT = "0", DATABASE_URL = "", REDIS_URL = "" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 8 });
const cache = new Redis(REDIS_URL);
const app = express();
app.disable("x-powered-by");
app.use(express.json({ limit: "100kb" }));
const server = createServer(app);
server.keepAliveTimeout = 65_000;
const io = new Server(server, { adapter: createAdapter(new Redis(REDIS_URL), new Redis(REDIS_URL)), serveClient: false });
io.on("connection", (socket) => {
  socket.on("subscribe-post", (postId: string, ack?: (reply: { ok: boolean }) => void) => {
    socket.join(`post:${postId}`);
    ack?.({ ok: true });
  });
});

const NewComment = z.strictObject({ content: z.string().trim().min(1).max(2_000) });
const PostId = z.uuid();

const comment: RequestHandler<{ id: string }> = async (request, response) => {
  // The gateway has authenticated the user.
  const userId = String(request.headers["x-user-id"] ?? "");
  const body = NewComment.safeParse(request.body);
  const postId = PostId.safeParse(request.params.id);
  if (!userId || !body.success || !postId.success) return void response.status(400).json({ message: "The request is not valid." });
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query(
      `SELECT p.author_id, u.id, u.username, u.full_name FROM post p JOIN account u ON u.id = $2 WHERE p.id = $1 AND p.visibility = 'public' FOR SHARE OF u`,
      [postId.data, userId],
    );
    if (!rows[0]) {
      await client.query("ROLLBACK");
      return void response.status(404).json({ message: "The post does not exist." });
    }
    const { author_id: postAuthorId, ...author } = rows[0] as { author_id: string; id: string; username: string; full_name: string };
    const [id, notificationId] = [randomUUID(), randomUUID()];
    const created = await client.query("INSERT INTO comment (id, post_id, author_id, content) VALUES ($1, $2, $3, $4) RETURNING created_at", [
      id,
      postId.data,
      userId,
      body.data.content,
    ]);
    await client.query("UPDATE post SET comment_count = comment_count + 1 WHERE id = $1", [postId.data]);
    await client.query("INSERT INTO notification (id, user_id, actor_id, post_id, comment_id, type) VALUES ($1, $2, $3, $4, $5, 'new_comment')", [
      notificationId,
      postAuthorId,
      userId,
      postId.data,
      id,
    ]);
    await client.query("COMMIT");
    const written = { id, postId: postId.data, content: body.data.content, author, likeCount: 0, createdAt: created.rows[0].created_at as Date };
    io.to(`post:${postId.data}`).emit("new_comment", { postId: postId.data, comment: written });
    io.to(`user:${postAuthorId}`).emit("notification", {
      id: notificationId,
      type: "new_comment",
      message: `${author.full_name} commented on your post`,
      data: { postId: postId.data, commentId: id },
      actor: author,
    });
    response.status(201).json(written);
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
};
app.post("/posts/:id/comments", comment);

const Page = z.object({ limit: z.coerce.number().int().min(1).max(50).default(10) });
const newestPosts: RequestHandler = async (request, response) => {
  const page = Page.safeParse(request.query);
  if (!page.success) return void response.status(400).json({ message: "The request is not valid." });
  const { limit } = page.data;
  const cached = await cache.get(`posts:${limit}`);
  if (cached !== null) return void response.json(JSON.parse(cached));
  const { rows } = await pool.query(
    `SELECT p.id, p.content, p.visibility, p.comment_count AS "commentCount", 0 AS "likeCount", p.created_at AS "createdAt",
       json_build_object('id', u.id, 'username', u.username, 'fullName', u.full_name) AS author
     FROM post p JOIN account u ON u.id = p.author_id WHERE p.visibility = 'public' ORDER BY p.created_at DESC LIMIT $1`,
    [limit],
  );
  const body = { success: true, posts: rows };
  await cache.set(`posts:${limit}`, JSON.stringify(body), "EX", 60);
  response.json(body);
};
app.get("/posts", newestPosts);
app.get("/health", (_request, response) => void response.json({ ok: true }));

server.listen(Number(PORT), "127.0.0.1", () => process.send?.({ type: "listening" }));
