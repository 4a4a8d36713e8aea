import { io, type Socket } from "socket.io-client";
import { type Check, type Finding, failed, ok, warning } from "./finding.ts";

// What a command and a page of the web client both run.

const [openWithinMs, arriveWithinMs] = [10_000, 5_000];
/** Of each way. Instances take turns, or a client's address decides. */
const openedOfEach = 6;
const slowMs = 2_000;

/** What the client library does in the name of the account that looks. */
export interface Writer {
  posts: {
    create(post: { content: string; postType: "TEXT"; visibility: "followers" }): Promise<{ id: string }>;
    delete(id: string): Promise<unknown>;
  };
  comments: { create(postId: string, comment: { content: string }, options: { signal?: AbortSignal }): Promise<unknown> };
}

export interface CanaryOptions {
  base: URL;
  /** An API token, with the scopes `read` and `write`; a page has its session's cookies. */
  token?: string;
  writer: Writer;
  /** How many connections are open at once, of the six of each way: by HTTP/1.1 a browser has no more than six, for all that it does. */
  atOnce?: number;
}

type Target = Pick<CanaryOptions, "base" | "token"> & { postId: string; signal: AbortSignal | undefined };

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

async function openSocket({ base, token, postId, signal }: Target, transport: "websocket" | "polling"): Promise<Watcher> {
  const auth = token === undefined ? {} : { auth: { token } };
  const socket = io(base.href, { transports: [transport], ...auth, reconnection: false, forceNew: true, timeout: openWithinMs });
  const arrivals = new Map<string, number>();
  socket.on("new_comment", ({ comment: { content } }: { comment: { content: string } }) => arrivals.set(content, performance.now()));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
      socket.once("disconnect", (reason) => reject(new Error(reason)));
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const answer: { ok: boolean; error?: { message: string } } = await socket.timeout(openWithinMs).emitWithAck("subscribe-post", postId);
    if (!answer.ok) throw new Error(answer.error?.message ?? "it may not follow a post");
    return { instance: instanceOf(socket), arrivals, close: () => socket.disconnect() };
  } catch (error) {
    socket.disconnect();
    throw error;
  }
}

async function openEventStream({ base, token, postId, signal }: Target): Promise<Watcher> {
  const [ending, began] = [new AbortController(), performance.now()];
  const late = setTimeout(() => ending.abort(new Error(`nothing came for ${openWithinMs / 1_000} s: something on the way keeps it back`)), openWithinMs);
  async function begin() {
    const response = await fetch(new URL(`/api/sse/comments/${postId}`, base), {
      headers: { accept: "text/event-stream", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]),
    });
    if (response.status !== 200 || !response.body) throw new Error(`it answered ${response.status}`);
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    return { reader: pieces, first: (await pieces.read()).value ?? "" };
  }
  const { reader, first } = await begin()
    .catch((error: unknown) => {
      // Gives its connection back.
      ending.abort(error);
      throw error;
    })
    .finally(() => clearTimeout(late));
  let text = first;
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
  websocket: "A proxy on the way does not pass `Upgrade` and `Connection` on, or its time limit is short. nginx/newfeed.conf has the lines for it.",
  polling:
    "A client's requests have to reach the instance that it began with: the load balancer has to be sticky, by address or by the prefix of `sid`, as nginx/newfeed.conf is.",
  EventSource: "A proxy on the way collects answers before it passes them on: switch buffering and compression off for `/api/sse` (`proxy_buffering off`).",
};

/** What was seen of one way. */
interface Seen {
  watchers: Watcher[];
  /** Why others did not open. */
  refused: string[];
  /** How long a comment took to arrive; null where it did not. */
  arrivedMs: (number | null)[];
  /** Where it did not, as far as that shows. */
  deaf: Set<string>;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens some of one way, writes a comment, and looks when it arrives. */
async function lookOnce(way: Way, target: Target, writer: Writer, count: number): Promise<Seen> {
  const { postId, signal } = target;
  const tried = await Promise.allSettled(Array.from({ length: count }, () => (way === "EventSource" ? openEventStream(target) : openSocket(target, way))));
  const watchers = tried.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const refused = tried.flatMap((result) => (result.status === "rejected" ? [(result.reason as Error).message] : []));
  try {
    if (watchers.length === 0 || signal?.aborted) return { watchers, refused, arrivedMs: [], deaf: new Set() };
    const content = `canary ${way} ${Date.now()}`;
    const began = performance.now();
    await writer.comments.create(postId, { content }, { ...(signal && { signal }) });
    const isAwaited = () => watchers.some(({ arrivals }) => !arrivals.has(content)) && !signal?.aborted;
    for (const until = began + arriveWithinMs; performance.now() < until && isAwaited(); ) await pause(10);
    const times = watchers.map(({ instance, arrivals }) => ({ instance, at: arrivals.get(content) }));
    return {
      watchers,
      refused,
      arrivedMs: times.map(({ at }) => (at === undefined ? null : at - began)),
      deaf: new Set(times.flatMap(({ instance, at }) => (instance && at === undefined ? [instance] : []))),
    };
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

const milliseconds = (times: readonly number[]) => `${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))} ms`;

function findingsOf(way: Way, { watchers, refused, arrivedMs, deaf }: Seen): Finding[] {
  const findings: Finding[] = [];
  if (refused.length > 0) {
    const instance = "As others open, an instance may hang that still gets connections: ask each for `/health/ready`. Otherwise: ";
    const what = `${refused.length} of ${refused.length + watchers.length} connections do not open: ${[...new Set(refused)].join("; ")}`;
    findings.push(failed(way, what, `${watchers.length > 0 ? instance : ""}${adviceOf[way]}`));
  }
  const slowest = Math.max(0, ...watchers.map(({ firstMs = 0 }) => firstMs));
  if (slowest > slowMs) findings.push(warning(way, `the beginning of a stream took ${Math.round(slowest)} ms to come`, adviceOf[way]));
  if (watchers.length === 0) return findings;
  const times = arrivedMs.filter((ms) => ms !== null);
  const without = arrivedMs.length - times.length;
  if (without > 0) {
    const where = deaf.size > 0 ? `, at ${[...deaf].join(", ")}` : "";
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
        "Look at the outbox, the bus and the processors: the dashboard of the delivery path shows which step waits.",
      ),
    );
  else findings.push(ok(way, `a comment arrived after ${milliseconds(times)} at ${watchers.length} clients`));
  return findings;
}

async function lookByEachWay(target: Target, writer: Writer, atOnce: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  const instances = new Set<string>();
  for (const way of ways) {
    const seen: Seen = { watchers: [], refused: [], arrivedMs: [], deaf: new Set() };
    for (let opened = 0; opened < openedOfEach && !target.signal?.aborted; opened += atOnce) {
      const { watchers, refused, arrivedMs, deaf } = await lookOnce(way, target, writer, Math.min(atOnce, openedOfEach - opened));
      seen.watchers.push(...watchers);
      seen.refused.push(...refused);
      seen.arrivedMs.push(...arrivedMs);
      for (const instance of deaf) seen.deaf.add(instance);
    }
    for (const { instance } of seen.watchers) if (instance) instances.add(instance);
    findings.push(...findingsOf(way, seen));
  }
  if (instances.size > 0) findings.push(ok("instances", `live connections reach ${[...instances].toSorted().join(", ")}`));
  return findings;
}

/**
 * Writes a post with comments, and looks when these arrive at clients of each transport, at each instance that they reach. What it wrote is
 * deleted afterwards, also when something fails, and when `signal` ends it. Followers of the account see it meanwhile, and may be notified of it.
 */
async function canary({ base, token, writer, atOnce = openedOfEach }: CanaryOptions, signal: AbortSignal | undefined): Promise<Finding[]> {
  const { id: postId } = await writer.posts.create({ content: "NewFeed's doctor looks whether comments arrive.", postType: "TEXT", visibility: "followers" });
  try {
    return await lookByEachWay({ base, ...(token !== undefined && { token }), postId, signal }, writer, atOnce);
  } finally {
    await writer.posts.delete(postId).catch((cause: unknown) => {
      throw new Error(`the post ${postId} that it wrote is not deleted: ${(cause as Error).message}`, { cause });
    });
  }
}

export const canaryChecks = (options: CanaryOptions): Check[] => [{ name: "canary", look: (signal) => canary(options, signal) }];
