import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Reset } from "@newfeed/shared/contracts/sockets.ts";
import type { Admission } from "../connections/admission.ts";
import { type Connection, ConnectionClosed } from "../connections/connection.ts";
import type { Arrival, Arrivals } from "./arrivals.ts";
import { isFor } from "./audience.ts";
import type { CatchUp } from "./catch-up.ts";
import type { FanOut } from "./fan-out.ts";
import { type LiveStreams, newLiveStream } from "./live-streams.ts";
import { isTrimmed, type LogPage } from "./log.ts";
import type { PageReader } from "./page-reader.ts";
import { cursorAt, type EpochOf, parseCursor, refusal, resetTo } from "./position.ts";
import { isShown } from "./rendering.ts";

/** Called once, before anything is sent: where the replay starts, and whether the stream ends there. */
export type OnStart = (cursor: string, finished: boolean) => void;

export interface Joined {
  /** Where the client now is. */
  cursor: string;
  replayed: number;
  reset: boolean;
}

/** A client on its way from its position to the live end of a stream. */
interface Joining {
  readonly connection: Connection;
  readonly stream: string;
  readonly epoch: string;
  readonly arrival: Arrival;
  /** The client has received everything up to here. */
  at: number;
  /** Read last, after `at`. */
  page: LogPage;
  replayed: number;
  reset: boolean;
}

export interface JoinOptions {
  live: LiveStreams;
  arrivals: Arrivals;
  pages: Pick<PageReader, "readForJoin">;
  fanOut: FanOut;
  catchUp: CatchUp;
  admission: Pick<Admission, "replay">;
  epochOf: EpochOf;
}

export type Join = (connection: Connection, stream: string, cursor: string | undefined, onStart?: OnStart) => Promise<Joined>;

export function createJoin({ live, arrivals, pages, fanOut, catchUp, admission, epochOf }: JoinOptions): Join {
  async function nextPage(connection: Connection, stream: string, after: number): Promise<LogPage> {
    const page = await pages.readForJoin(stream, after, connection.network);
    requireFollower(connection, stream);
    return page;
  }

  async function start(connection: Connection, stream: string, cursor: string | undefined, arrival: Arrival, onStart?: OnStart): Promise<Joining> {
    const epoch = epochOf(stream);
    const position = cursor === undefined ? undefined : (parseCursor(cursor) ?? { epoch: "", offset: 0 });
    const page = await nextPage(connection, stream, position?.epoch === epoch ? position.offset : Number.MAX_SAFE_INTEGER);
    // It ended after the client was let in: of what follows there is nothing, so what became of it is the answer.
    if (cursor === undefined && page.closed) throw new Problem("not_found", { internal: `${stream} ended before a client joined` });
    const refused = position && refusal(position, epoch, page);
    const at = position && !refused ? position.offset : page.top;
    const joining: Joining = { connection, stream, epoch, arrival, at, page, replayed: 0, reset: false };
    onStart?.(cursorAt(epoch, at), page.closed && at >= page.top);
    if (refused) {
      skipToTop(joining, refused);
      joining.page = { ...page, entries: [] };
    }
    return joining;
  }

  /** Replays the page read last, as far as the client may see it. */
  async function replay(joining: Joining): Promise<void> {
    const { connection, stream, page } = joining;
    if (isTrimmed(page, joining.at)) return skipToTop(joining, "expired");
    const last = page.entries.at(-1);
    if (!last) return;
    await admission.replay(connection.network, async () => {
      requireFollower(connection, stream);
      const reader = { hidden: connection.hidden, post: connection.follows.get(stream) };
      const visible = page.entries.filter(isShown).filter((entry) => isFor(entry, reader));
      joining.replayed += visible.length;
      if (visible.length > 0) await connection.replay(stream, visible);
    });
    joining.at = last.offset;
  }

  /**
   * Attaches the client if it is where the stream's followers are, or they can be brought there: what the client read
   * beyond them, they receive first. Synchronous, so that no entry can slip in between.
   */
  function attach({ connection, stream: name, arrival, at, page }: Joining): boolean {
    if (!live.has(name) && at < Math.max(page.top, arrival.hinted)) return false;
    const stream = live.get(name) ?? newLiveStream(name, at);
    const [first] = page.entries;
    if (at > stream.cursor && first && first.offset <= stream.cursor + 1)
      fanOut.add(
        stream,
        page.entries.filter((entry) => entry.offset > stream.cursor),
      );
    if (at !== stream.cursor) return false;
    fanOut.flush(stream);
    live.set(name, stream);
    stream.followers.add(connection);
    return true;
  }

  async function bring(joining: Joining): Promise<Joined> {
    const { connection, stream: name, arrival } = joining;
    for (;;) {
      await replay(joining);
      // From here on nothing is awaited, unless another page is read: what holds now holds when the client is attached.
      requireFollower(connection, name);
      if (joining.page.closed && joining.at >= joining.page.top) {
        connection.follows.delete(name);
        connection.endStream(name);
        break;
      }
      if (attach(joining)) break;
      const stream = live.get(name);
      if (stream && joining.at > stream.cursor) await catchUp(stream);
      // What was hinted before is in the page. (A hint that names more than there is must not have it read for ever.)
      arrival.hinted = 0;
      joining.page = await nextPage(connection, name, joining.at);
    }
    return { cursor: cursorAt(joining.epoch, joining.at), replayed: joining.replayed, reset: joining.reset };
  }

  return async (connection, name, cursor, onStart) => {
    const arrival = arrivals.begin(name);
    try {
      return await bring(await start(connection, name, cursor, arrival, onStart));
    } finally {
      arrivals.end(name, arrival);
    }
  };
}

/** Throws unless the client is still connected and still follows the stream: either may end during a wait. */
function requireFollower(connection: Connection, stream: string): void {
  if (connection.closed) throw new ConnectionClosed();
  if (!connection.follows.has(stream)) throw new Problem("not_found", { internal: `${stream} was taken back from a client that joined` });
}

/** The client cannot resume: it fetches again, and continues from the end of the log. */
function skipToTop(joining: Joining, reason: Reset["reason"]): void {
  const { connection, stream, epoch, page } = joining;
  joining.reset = true;
  joining.at = page.top;
  connection.reset(resetTo(stream, reason, epoch, page.top));
}
