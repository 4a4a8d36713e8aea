import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { refetchUrls } from "@newfeed/shared/contracts/sockets.ts";
import type { RunLimited } from "@newfeed/shared/http/concurrency.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Connection, Connections } from "../connections/connections.ts";
import { Followers } from "./followers.ts";
import type { Appended, Entry, LogPage } from "./log-store.ts";
import { createPageSizes } from "./page-sizes.ts";
import { cursorAt, type Position, parseCursor, refusal } from "./position.ts";
import { isShown, type ShownEntry } from "./rendering.ts";

const tickMs = 5_000;
const tickWithoutHintsMs = 1_000;

export interface DispatcherOptions {
  /** Awaited between reading from the log and showing it: who may see what was settled when it was written is settled then. */
  settleAccess: () => Promise<void>;
  readPage: (stream: string, after: number, limit: number) => Promise<LogPage>;
  /** Reads for who joins wait for their turn; those for who follows already do not. */
  newcomers?: RunLimited;
  /** A page is written to who joins when it is its turn. */
  replays?: (page: () => Promise<void>) => Promise<void>;
  readTops: (streams: readonly string[]) => Promise<Map<string, number>>;
  epochOf: (stream: string) => string;
  /** False while hints from other instances are known not to arrive. */
  hintsArrive: () => boolean;
  connections: Pick<Connections, "hiding">;
  logger: Logger;
}

/** Called once, before anything is sent: where the replay starts from, and whether the stream has ended there. */
export type Starting = (cursor: string, finished: boolean) => void;

export interface Joined {
  /** Where the client now is. */
  cursor: string;
  replayed: number;
  reset: boolean;
}

/**
 * Delivers streams to the connections of this instance: each entry once and in order, whatever hints get lost, doubled
 * or reordered. The log is the truth; a hint only says that there is more of it.
 */
export interface Dispatcher {
  /** What a commit added, from here or from another instance. */
  hint(appended: readonly Appended[]): void;
  /**
   * Brings a connection from its position (or from now on) to the live end of a stream that it follows, and keeps it
   * there. A stream that has ended is replayed, and then `ended` is called. Throws `not_found` when the stream is taken
   * out of the connection's follows meanwhile, `ConnectionClosed` when the client leaves.
   */
  join(connection: Connection, stream: string, position: string | undefined, starting?: Starting): Promise<Joined>;
  leave(connection: Connection, stream: string): void;
  followers(stream: string): Iterable<Connection>;
  close(): Promise<void>;
}

/** The client left while it was being brought up to date. */
export class ConnectionClosed extends Error {}

/** A stream that somebody here follows. All its followers are at `cursor`, once what is pending was written. */
interface LiveStream {
  name: string;
  cursor: number;
  followers: Followers;
  /** Taken in this turn of the event loop: at its end they leave as one write to each follower. */
  pending: ShownEntry[];
  catchingUp: Promise<void> | undefined;
  /** The highest offset that a hint spoke of. */
  hinted: number;
}

export function createDispatcher({
  settleAccess,
  hintsArrive,
  readPage,
  newcomers = (work) => work(),
  replays = (page) => page(),
  readTops,
  epochOf,
  connections,
  logger,
}: DispatcherOptions): Dispatcher {
  const live = new Map<string, LiveStream>();
  const pageSizes = createPageSizes();
  const withPending = new Set<LiveStream>();
  const pages = new Map<string, Promise<LogPage>>();

  async function readSettledPage(stream: string, after: number): Promise<LogPage> {
    const page = await readPage(stream, after, pageSizes.of(stream));
    pageSizes.learn(stream, page);
    await settleAccess();
    return page;
  }

  /** Concurrent joiners at the same position share one read. */
  function sharedPage(stream: string, after: number): Promise<LogPage> {
    const key = `${stream} ${after}`;
    let page = pages.get(key);
    if (!page) {
      page = newcomers(() => readSettledPage(stream, after)).finally(() => pages.delete(key));
      pages.set(key, page);
    }
    return page;
  }

  /**
   * Takes entries that follow the stream's cursor for all its followers. They are written at the end of this turn of the
   * event loop, before it waits for anything: a lone entry is not held back, and those of a burst share one write.
   */
  function dispatch(stream: LiveStream, entries: readonly Entry[]): void {
    const last = entries.at(-1);
    if (!last) return;
    stream.cursor = last.offset;
    for (const entry of entries) if (isShown(entry)) stream.pending.push(entry);
    if (last.type === "post_deleted") {
      flush(stream);
      end(stream);
    } else if (stream.pending.length > 0) {
      if (withPending.size === 0) setImmediate(flushAll);
      withPending.add(stream);
    }
  }

  function flushAll(): void {
    for (const stream of withPending) flush(stream);
  }

  /** Writes what is pending to whoever follows by now, but not to those who must not see its actor. Before somebody joins, or anything else is said about the stream, that must be done. */
  function flush(stream: LiveStream): void {
    withPending.delete(stream);
    const { pending } = stream;
    if (pending.length === 0) return;
    stream.pending = [];
    const partial = new Set<Connection>();
    for (const { actorId } of pending)
      if (actorId) for (const connection of connections.hiding(actorId)) if (stream.followers.has(connection)) partial.add(connection);
    for (const [broadcast, followers] of stream.followers.byTransport)
      broadcast(stream.name, pending, partial.size === 0 ? followers : [...followers].filter((follower) => !partial.has(follower)));
    for (const connection of partial) {
      const visible = pending.filter((entry) => !entry.actorId || !connection.hidden.has(entry.actorId));
      if (visible.length > 0) connection.broadcast(stream.name, visible, [connection]);
    }
  }

  function end(stream: LiveStream): void {
    live.delete(stream.name);
    for (const connection of stream.followers) {
      connection.follows.delete(stream.name);
      connection.ended(stream.name);
    }
  }

  /** Reads what the stream lacks from the log. One at a time for each stream. */
  function catchUp(stream: LiveStream): Promise<void> {
    stream.catchingUp ??= (async () => {
      try {
        while (live.get(stream.name) === stream) {
          const page = await readSettledPage(stream.name, stream.cursor);
          if (live.get(stream.name) !== stream) return;
          const entries = page.entries.filter((entry) => entry.offset > stream.cursor);
          const [first] = entries;
          if (first ? first.offset !== stream.cursor + 1 : page.top > stream.cursor) {
            // Trimmed while we were away: nobody here can get what is missing.
            flush(stream);
            stream.cursor = page.top;
            for (const connection of stream.followers) connection.reset(resetOf(stream.name, "expired", page.top));
            return;
          }
          dispatch(stream, entries);
          // A hint that came while we read may speak of more than we got.
          if (stream.cursor >= page.top && (stream.cursor >= stream.hinted || page.entries.length === 0)) return;
        }
      } catch (error) {
        logger.warn("a stream could not be read; the next hint or tick tries again", { stream: stream.name, error });
      } finally {
        stream.catchingUp = undefined;
      }
    })();
    return stream.catchingUp;
  }

  function resetOf(stream: string, reason: "epoch" | "expired" | "future", top: number) {
    return { stream, reason, cursor: cursorAt(epochOf(stream), top), refetch: refetchUrls(stream) };
  }

  async function tick(): Promise<void> {
    try {
      await settleAccess();
      for (const [name, top] of await readTops([...live.keys()])) {
        const stream = live.get(name);
        if (stream && top > stream.cursor) void catchUp(stream);
      }
    } catch (error) {
      logger.warn("the ends of streams could not be read", { error });
    }
  }
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  /** While hints do not come, the log is looked at more often. */
  function schedule(): void {
    if (closed) return;
    timer = setTimeout(() => void tick().finally(schedule), (hintsArrive() ? tickMs : tickWithoutHintsMs) * (0.8 + Math.random() * 0.4));
  }
  schedule();

  return {
    hint(appended) {
      for (const { stream: name, entries } of appended) {
        const stream = live.get(name);
        if (!stream) continue;
        const fresh = entries.filter((entry) => entry.offset > stream.cursor);
        const last = fresh.at(-1);
        if (!last) continue;
        stream.hinted = Math.max(stream.hinted, last.offset);
        if (fresh[0]?.offset === stream.cursor + 1 && !stream.catchingUp) dispatch(stream, fresh);
        else void catchUp(stream);
      }
    },

    async join(connection, name, given, starting) {
      const epoch = epochOf(name);
      const parsed = given === undefined ? undefined : (parseCursor(given) ?? { epoch: "", offset: 0 });
      let replayed = 0;
      let reset = false;
      let page = await nextPage(parsed?.epoch === epoch ? parsed.offset : Number.MAX_SAFE_INTEGER);
      let at = start(parsed);

      /** After everything that was awaited: is there still somebody who follows this? */
      function requireFollower(): void {
        if (connection.closed) throw new ConnectionClosed();
        if (!connection.follows.has(name)) throw new Problem("not_found", { internal: `${name} was taken back from a client that joined` });
      }
      async function nextPage(after: number): Promise<LogPage> {
        const next = await sharedPage(name, after);
        requireFollower();
        return next;
      }
      function start(position: Position | undefined): number {
        const refused = position && refusal(position, epoch, page);
        const from = position && !refused ? position.offset : page.top;
        starting?.(cursorAt(epoch, from), page.closed && from >= page.top);
        if (refused) {
          restart(refused);
          page = { ...page, entries: [] };
        }
        return from;
      }
      function restart(reason: "epoch" | "expired" | "future") {
        reset = true;
        connection.reset(resetOf(name, reason, page.top));
      }

      for (;;) {
        const [first] = page.entries;
        // Trimmed while we read.
        if (first ? first.offset !== at + 1 : page.top > at) {
          restart("expired");
          at = page.top;
        } else if (first) {
          const { entries } = page;
          await replays(async () => {
            requireFollower();
            const visible = entries.filter(isShown).filter(({ actorId }) => !actorId || !connection.hidden.has(actorId));
            replayed += visible.length;
            if (visible.length > 0) await connection.replay(name, visible);
          });
          requireFollower();
          at = entries.at(-1)?.offset ?? at;
        }
        if (page.closed && at >= page.top) {
          connection.follows.delete(name);
          connection.ended(name);
          return { cursor: cursorAt(epoch, at), replayed, reset };
        }
        // From here to the return nothing is awaited unless we go round again: no entry can slip in between.
        if (!live.has(name) && at < page.top) {
          page = await nextPage(at);
          continue;
        }
        const stream = live.get(name) ?? { name, cursor: at, followers: new Followers(), pending: [], catchingUp: undefined, hinted: at };
        if (at > stream.cursor) {
          // We read more than the followers here were given: they get it first.
          if (first && first.offset <= stream.cursor + 1)
            dispatch(
              stream,
              page.entries.filter((entry) => entry.offset > stream.cursor),
            );
          else {
            await catchUp(stream);
            page = await nextPage(at);
            continue;
          }
        }
        if (at === stream.cursor) {
          flush(stream);
          live.set(name, stream);
          stream.followers.add(connection);
          return { cursor: cursorAt(epoch, at), replayed, reset };
        }
        page = await nextPage(at);
      }
    },

    leave(connection, name) {
      const stream = live.get(name);
      if (!stream?.followers.delete(connection)) return;
      if (stream.followers.isEmpty) live.delete(name);
    },
    followers: (name) => live.get(name)?.followers ?? [],
    async close() {
      closed = true;
      clearTimeout(timer);
      await Promise.all([...live.values()].map((stream) => stream.catchingUp));
    },
  };
}
