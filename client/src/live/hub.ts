import { type Backoff, backoffMs, pause } from "../backoff.ts";
import type { NewFeedError } from "../errors.ts";
import { createObservable, type Observable } from "../observable.ts";
import { isOnline, isVisible, onWake, quietTimeout } from "../platform.ts";
import type { Session } from "../session.ts";
import type { StreamKey } from "./events.ts";
import { createStream, type Ended, type Stream, type StreamHooks } from "./stream.ts";
import type { Closed, OpenWire, Wire, WireName } from "./wire.ts";

export type TransportChoice = WireName | "auto";

export interface ConnectionState {
  /** `idle`: nothing is followed. `offline`: no connection, and the platform reports no network. */
  state: "idle" | "connecting" | "live" | "reconnecting" | "offline";
  transport?: WireName;
  /** After a lost connection: the number of missed entries, once they have arrived. */
  caughtUp?: number;
}

export interface Hub {
  readonly connection: Observable<ConnectionState>;
  /** The stream of this name; if it is not followed yet, from `cursor` on and with these hooks. */
  follow(key: StreamKey, cursor: string | undefined, hooks?: (accept: Stream["accept"]) => StreamHooks): Stream;
  /** It is no longer followed here. */
  leave(stream: Stream): void;
  close(): void;
}

interface HubOptions {
  transport: TransportChoice;
  wires: Record<WireName, OpenWire>;
  session: Session;
  backoff: Backoff;
}

/** A page that navigates from one view to the next follows nothing for a moment. */
const idleCloseMs = 1_000;
/** After a connection that lasted this long, the next failure counts as the first. */
const goodMs = 5_000;

/** Holds the one connection that delivers all streams, and opens another when it is lost. */
export function createHub({ transport: choice, wires, session, backoff }: HubOptions): Hub {
  const streams = new Map<StreamKey, Stream>();
  const connection = createObservable<ConnectionState>({ state: "idle" });
  let wire: Wire | undefined;
  let running = false;
  let closed = false;
  let hasBeenLive = false;
  /** Ends the wait before the next attempt. */
  let waking = new AbortController();
  let next: WireName = choice === "sse" ? "sse" : "socket";
  let failures = 0;
  let socketWorks = false;
  /** A newer connection of this user took this one's place: it stays away unless its page is looked at, so that the two do not displace each other. */
  let isDisplaced = false;
  let userId = session.state.user?.id;

  function endAll(ended: Ended): void {
    for (const stream of [...streams.values()]) stream.end(ended);
  }

  /** One connection from its opening to its end. Resolves to null when it is no longer needed. */
  function live(name: WireName): Promise<{ why: Closed; livedMs: number } | null> {
    return new Promise((resolve) => {
      let openedAt: number | undefined;
      const again = hasBeenLive;
      wire = wires[name]({
        streams,
        opened() {
          openedAt = Date.now();
          hasBeenLive = true;
          if (name === "socket") socketWorks = true;
          connection.set({ state: "live", transport: name });
        },
        caughtUp(entries) {
          if (again) connection.set({ state: "live", transport: name, caughtUp: entries });
        },
        closed: (why) => finish({ why, livedMs: openedAt === undefined ? -1 : Date.now() - openedAt }),
      });
      const current = wire;
      abandon = () => {
        current.close();
        finish(null);
      };
      lose = () => {
        current.close();
        finish({ why: {}, livedMs: openedAt === undefined ? -1 : Date.now() - openedAt });
      };
      function finish(result: { why: Closed; livedMs: number } | null) {
        if (wire === current) wire = undefined;
        resolve(result);
      }
    });
  }
  let abandon = () => {};
  let lose = () => {};

  /** In `auto`, sockets come first; where they fail, event streams, until those break. */
  function choose(opened: boolean): void {
    if (choice !== "auto") return;
    if (opened) {
      // A socket that has worked here is tried twice before event streams are.
      failures = 0;
      next = "socket";
      return;
    }
    failures++;
    if (next === "sse") next = "socket";
    else if (failures > (socketWorks ? 1 : 0)) next = "sse";
  }

  function isOver(error: NewFeedError | undefined): boolean {
    return error !== undefined && error.status !== 401 && !error.isTemporary;
  }

  /** Whether the session goes on; `wait` when that is unknown for now. */
  async function renewed(stamp: string | undefined): Promise<boolean | "wait"> {
    try {
      return await session.renew(stamp ?? (await session.credentials.current()).stamp);
    } catch {
      return "wait";
    }
  }

  async function run(): Promise<void> {
    let attempt = 0;
    let hasRenewed = false;
    while (streams.size > 0 && !closed) {
      showAttempt();
      const result = await live(next);
      if (!result || closed || streams.size === 0) break;
      const { closing, error, stamp } = result.why;
      const opened = result.livedMs >= 0;
      if (opened) hasRenewed = false;
      if (closing?.code === "revoked") {
        await session.end("revoked");
        endAll({ reason: "session" });
        break;
      }
      if (isOver(error)) {
        endAll({ reason: "refused", ...(error && { error }) });
        break;
      }
      if (closing?.code === "expired" || error?.status === 401) {
        const goesOn = await renewed(stamp);
        if (goesOn === false || (goesOn === true && hasRenewed)) {
          endAll({ reason: "session", ...(error && { error }) });
          break;
        }
        hasRenewed = goesOn === true;
        if (goesOn === true) continue;
        // A refusal, also for a while, would be the same elsewhere.
      } else if (closing ? opened : error === undefined || error.status === 0) choose(opened);
      attempt = result.livedMs >= goodMs || closing ? 0 : attempt + 1;
      showAttempt();
      isDisplaced = closing?.code === "too_many_streams";
      waking = new AbortController();
      await pause(Math.max(closing?.retryAfterMs ?? error?.retryAfterMs ?? 0, backoffMs(attempt, backoff)), waking.signal);
    }
  }

  function showAttempt(): void {
    const state = !isOnline() ? "offline" : hasBeenLive ? "reconnecting" : "connecting";
    if (connection.state.state !== state) connection.set({ state });
  }

  function start(): void {
    if (running || closed) return;
    running = true;
    void run().finally(() => {
      running = false;
      hasBeenLive = false;
      connection.set({ state: "idle" });
      if (streams.size > 0) start();
    });
  }

  const stopListening = [
    onWake(() => {
      // The connection would only notice when it times out.
      if (wire && !isOnline()) lose();
      if (!wire && running) showAttempt();
      if (isOnline() && (!isDisplaced || isVisible())) waking.abort();
    }),
    session.onRenewed(() => wire?.renewed()),
    session.subscribe(({ status, user }) => {
      const isSame = user !== null && (userId === undefined || userId === user.id);
      // The streams go on, as this user's.
      if (user && wire?.isVisitors) lose();
      userId = user?.id;
      if (isSame || status === "unknown") return;
      endAll({ reason: "session" });
      // What this connection still delivers belongs to the previous session.
      abandon();
    }),
  ];

  return {
    connection,
    follow(key, cursor, hooks) {
      const known = streams.get(key);
      if (known) return known;
      const stream: Stream = createStream(key, cursor, hooks?.((event) => stream.accept(event)) ?? {}, () => {
        if (streams.get(key) !== stream) return;
        streams.delete(key);
        wire?.remove(stream);
        closeWhenIdle();
      });
      streams.set(key, stream);
      if (running) wire?.add(stream);
      else start();
      return stream;
    },
    leave(stream) {
      stream.end({ reason: "closed" });
    },
    close() {
      closed = true;
      for (const stop of stopListening) stop();
      endAll({ reason: "closed" });
      waking.abort();
      abandon();
    },
  };

  function closeWhenIdle(): void {
    if (streams.size > 0) return;
    waking.abort();
    quietTimeout(() => {
      if (streams.size === 0) abandon();
    }, idleCloseMs);
  }
}
