import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@newfeed/client";
import { io, type Socket } from "socket.io-client";
import { type Check, type Finding, failed, ok, warning } from "./finding.ts";

const [openWithinMs, arriveWithinMs] = [10_000, 5_000];
/** Of each way. Instances take turns, or a client's address decides. */
const openedOfEach = 6;
const slowMs = 2_000;

interface Watcher {
  /** Whose it is, where that shows. */
  instance: string | null;
  /** When a comment arrived, by its text. */
  arrivals: Map<string, number>;
  /** How long the beginning took to come; of an event stream. */
  firstMs?: number;
  close(): void;
}

/** Named like the server's own: `notification-service-2~…`. */
const instanceOf = ({ io: manager }: Socket) => manager.engine.id?.split("~")[0] ?? null;

async function openSocket(base: URL, token: string, transport: "websocket" | "polling", postId: string): Promise<Watcher> {
  const socket = io(base.href, { transports: [transport], auth: { token }, reconnection: false, forceNew: true, timeout: openWithinMs });
  const arrivals = new Map<string, number>();
  socket.on("new_comment", ({ comment: { content } }: { comment: { content: string } }) => arrivals.set(content, performance.now()));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
      socket.once("disconnect", (reason) => reject(new Error(reason)));
    });
    const answer: { ok: boolean; error?: { message: string } } = await socket.timeout(openWithinMs).emitWithAck("subscribe-post", postId);
    if (!answer.ok) throw new Error(answer.error?.message ?? "it may not follow a post");
    return { instance: instanceOf(socket), arrivals, close: () => socket.disconnect() };
  } catch (error) {
    socket.disconnect();
    throw error;
  }
}

async function openEventStream(base: URL, token: string, postId: string): Promise<Watcher> {
  const [ending, began] = [new AbortController(), performance.now()];
  const late = setTimeout(() => ending.abort(new Error(`nothing came for ${openWithinMs / 1_000} s: something on the way keeps it back`)), openWithinMs);
  const response = await fetch(new URL(`/api/sse/comments/${postId}`, base), {
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
    signal: ending.signal,
  });
  if (response.status !== 200 || !response.body) throw new Error(`it answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader.read()).value ?? "";
  clearTimeout(late);
  const firstMs = performance.now() - began;
  const arrivals = new Map<string, number>();
  void (async () => {
    for (;;) {
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const [, data = ""] of lines.flatMap((line) => [/^data: ?(.*)$/.exec(line) ?? []])) {
        const content = /"content":"(canary [^"]+)"/.exec(data)?.[1];
        if (content) arrivals.set(content, performance.now());
      }
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
    }
  })().catch(() => {});
  return { instance: null, arrivals, firstMs, close: () => ending.abort() };
}

const ways = ["websocket", "polling", "EventSource"] as const;
type Way = (typeof ways)[number];

const adviceOf: Record<Way, string> = {
  websocket: "A proxy on the way does not pass `Upgrade` and `Connection` on, or its time limit is short. nginx/nginx.conf has the lines for it.",
  polling:
    "A client's requests have to reach the instance that it began with: the load balancer has to be sticky, by address or by the prefix of `sid`, as nginx/nginx.conf is.",
  EventSource: "A proxy on the way collects answers before it passes them on: switch buffering and compression off for `/api/sse` (`proxy_buffering off`).",
};

const milliseconds = (times: readonly number[]) => `${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))} ms`;

/** Opens some of one way, and says why not. */
async function open(way: Way, base: URL, token: string, postId: string): Promise<{ watchers: Watcher[]; findings: Finding[] }> {
  const tried = await Promise.allSettled(
    Array.from({ length: openedOfEach }, () => (way === "EventSource" ? openEventStream(base, token, postId) : openSocket(base, token, way, postId))),
  );
  const watchers = tried.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const refused = tried.flatMap((result) => (result.status === "rejected" ? [(result.reason as Error).message] : []));
  const findings: Finding[] = [];
  if (refused.length > 0) {
    const instance = "As others open, an instance may hang that still gets connections: ask each for `/health/ready`. Otherwise: ";
    const what = `${refused.length} of ${tried.length} connections do not open: ${[...new Set(refused)].join("; ")}`;
    findings.push(failed(way, what, `${watchers.length > 0 ? instance : ""}${adviceOf[way]}`));
  }
  const slowest = Math.max(0, ...watchers.map(({ firstMs = 0 }) => firstMs));
  if (slowest > slowMs) findings.push(warning(way, `the beginning of a stream took ${Math.round(slowest)} ms to come`, adviceOf[way]));
  return { watchers, findings };
}

/**
 * Writes a comment, and looks when it arrives at clients of each transport, at each instance that they reach. What it wrote is deleted
 * afterwards. Only followers of the token's account could see it.
 */
async function canary(base: URL, token: string): Promise<Finding[]> {
  const client = createClient({ baseUrl: base.origin, session: { apiToken: token } });
  const post = await client.posts.create({ content: "npm run doctor looks whether comments arrive.", postType: "TEXT", visibility: "followers" });
  const opened: Watcher[] = [];
  try {
    const findings: Finding[] = [];
    const instances = new Set<string>();
    for (const way of ways) {
      const { watchers, findings: found } = await open(way, base, token, post.id);
      opened.push(...watchers);
      findings.push(...found);
      if (watchers.length === 0) continue;
      for (const { instance } of watchers) if (instance) instances.add(instance);
      const content = `canary ${way} ${Date.now()}`;
      const began = performance.now();
      await client.comments.create(post.id, { content });
      for (const until = began + arriveWithinMs; performance.now() < until && watchers.some(({ arrivals }) => !arrivals.has(content)); ) await pause(10);
      const times = watchers.flatMap(({ arrivals }) => (arrivals.get(content) === undefined ? [] : [(arrivals.get(content) as number) - began]));
      const without = watchers.length - times.length;
      const at = new Set(watchers.flatMap(({ instance, arrivals }) => (instance && !arrivals.has(content) ? [instance] : [])));
      if (without > 0) {
        const where = at.size > 0 ? `, at ${[...at].join(", ")}` : "";
        const advice =
          way === "EventSource"
            ? adviceOf[way]
            : "That instance does not hear of events: look at its health, at Redis (signals between instances), and at the outbox.";
        findings.push(failed(way, `a comment did not arrive within ${arriveWithinMs / 1_000} s at ${without} of ${watchers.length} clients${where}`, advice));
      } else if (Math.max(...times) > slowMs)
        findings.push(
          warning(
            way,
            `a comment arrived after ${milliseconds(times)}`,
            "Look at the outbox, the bus and the processors: the dashboard *delivery path* shows which step waits.",
          ),
        );
      else findings.push(ok(way, `a comment arrived after ${milliseconds(times)} at ${watchers.length} clients`));
    }
    if (instances.size > 0) findings.push(ok("instances", `live connections reach ${[...instances].toSorted().join(", ")}`));
    return findings;
  } finally {
    for (const watcher of opened) watcher.close();
    await client.posts.delete(post.id);
    client.close();
  }
}

/** Of a signed-in client; the token needs the scopes `read` and `write`. */
export const canaryChecks = (base: URL, token: string): Check[] => [{ name: "canary", look: () => canary(base, token) }];
