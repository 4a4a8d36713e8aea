// Subscribers of a post who also comment on it: when a comment was sent and when the last subscriber has it, on one clock.
import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import { percentile } from "./statistics.ts";

export interface Watch {
  url: string;
  socketUrl: string;
  /** Of the subscribers, in rotation. */
  tokens: string[];
  postId: string;
  commentPath: string;
  subscribers: number;
  /** Comments per second, on schedule (open loop). */
  rate: number;
  seconds: number;
}

export type WatchReply = { type: "ready" } | { type: "watched"; written: number; missing: number; duplicated: number; accepted: Latency; seen: Latency };

/** Milliseconds from when a comment was sent. */
export interface Latency {
  p50: number;
  p99: number;
}

interface Written {
  sentAt: number;
  acceptedAt: number;
  /** The subscribers that have it, and when the last one received it. */
  seenBy: Set<number>;
  lastAt: number;
}

async function watch({ url, socketUrl, tokens, postId, commentPath, subscribers, rate, seconds }: Watch): Promise<Extract<WatchReply, { type: "watched" }>> {
  const sockets: Socket[] = [];
  /** By comment id. `early` holds deliveries that arrive before the comment's response. */
  const written = new Map<string, Written>();
  const early = new Map<string, { watcher: number; at: number }[]>();
  let duplicated = 0;
  const note = (comment: Written, watcher: number, at: number) => {
    if (comment.seenBy.has(watcher)) duplicated++;
    comment.seenBy.add(watcher);
    comment.lastAt = Math.max(comment.lastAt, at);
  };
  for (let watcher = 0; watcher < subscribers; watcher++) {
    const token = tokens[watcher % tokens.length];
    const socket = io(socketUrl, { transports: ["websocket"], auth: { token }, forceNew: true });
    sockets.push(socket);
    socket.on("new_comment", ({ comment: { id } }: { comment: { id: string } }) => {
      const at = performance.now();
      const known = written.get(id);
      if (known) note(known, watcher, at);
      else early.set(id, [...(early.get(id) ?? []), { watcher, at }]);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect_error", reject);
      socket.once("connect", () => socket.emit("subscribe-post", postId, (ack: { ok: boolean }) => (ack.ok ? resolve() : reject(new Error("not subscribed")))));
    });
  }

  const path = `${url}${commentPath.replace(":id", postId)}`;
  async function write(index: number): Promise<void> {
    const sentAt = performance.now();
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${tokens[index % tokens.length]}` },
      body: JSON.stringify({ content: `Comment ${index}: the quick brown fox jumps over the lazy dog and back` }),
    });
    const acceptedAt = performance.now();
    if (response.status !== 201) throw new Error(`creating a comment failed with ${response.status}: ${await response.text()}`);
    const { id } = (await response.json()) as { id: string };
    const comment: Written = { sentAt, acceptedAt, seenBy: new Set(), lastAt: 0 };
    written.set(id, comment);
    for (const { watcher, at } of early.get(id) ?? []) note(comment, watcher, at);
    early.delete(id);
  }
  const writes: Promise<void>[] = [];
  const total = rate * seconds;
  const started = performance.now();
  for (let index = 0; index < total; index++) {
    await sleep(Math.max(0, started + (index * 1_000) / rate - performance.now()));
    writes.push(write(index));
  }
  await Promise.all(writes);
  const missing = () => [...written.values()].reduce((sum, { seenBy }) => sum + subscribers - seenBy.size, 0);
  for (let waits = 0; missing() > 0 && waits < 50; waits++) await sleep(100);
  for (const socket of sockets) socket.disconnect();
  const latency = (of: (comment: Written) => number): Latency => {
    const samples = [...written.values()].map(of);
    return { p50: percentile(samples, 50), p99: percentile(samples, 99) };
  };
  return {
    type: "watched",
    written: written.size,
    missing: missing(),
    duplicated,
    accepted: latency(({ sentAt, acceptedAt }) => acceptedAt - sentAt),
    seen: latency(({ sentAt, lastAt }) => lastAt - sentAt),
  };
}

process.on("message", async (task: Watch) => process.send?.(await watch(task)));
process.send?.({ type: "ready" } satisfies WatchReply);
