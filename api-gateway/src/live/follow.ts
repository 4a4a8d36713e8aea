import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { StreamCursor } from "@newfeed/shared/contracts/primitives.ts";
import type { AddressOf } from "@newfeed/shared/http/address.ts";
import { internalTokenHeader } from "@newfeed/shared/http/internal-tokens.ts";
import { problemFrom } from "@newfeed/shared/http/service-client.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import { createEventReader, type ReceivedEvent } from "./event-reader.ts";

const source = { service: "notification-service", name: "follow" } as const;

/** Events that wait for the client; while there are more, nothing is read, and notification-service counts what waits. */
const mostWaiting = 64;

/** Open streams of one gateway. */
const streamsAtOnce = 4_000;

/**
 * Reads an event stream of notification-service, which checks who follows and how much, and counts what waits for a slow client: the
 * same event stream that others get, with its heartbeats. Ends when the stream does, or when the signal says so. Throws what is
 * answered in place of a stream, and `service_unavailable` when it breaks off.
 */
async function* read(upstream: Pick<Upstream, "pass">, path: string, headers: IncomingHttpHeaders, signal: AbortSignal): AsyncGenerator<ReceivedEvent> {
  const reader = createEventReader();
  const waiting: ReceivedEvent[] = [];
  let status = 0;
  let refusal = "";
  let ended = false;
  let failed: Error | undefined;
  let wake = () => {};
  const passage = upstream.pass(
    { method: "GET", path, headers },
    {
      start(given) {
        status = given;
      },
      data(chunk) {
        if (status !== 200) refusal += String(chunk);
        else waiting.push(...reader.feed(chunk));
        wake();
        return waiting.length < mostWaiting;
      },
      end() {
        ended = true;
        wake();
      },
      broken(error) {
        failed = error;
        wake();
      },
    },
  );
  const cancel = () => {
    passage.cancel();
    wake();
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    await passage.started;
    while (!signal.aborted) {
      const event = waiting.shift();
      if (event) yield event;
      else if (failed) throw new Problem("service_unavailable", { internal: "the event stream broke off", retryAfter: 1, cause: failed });
      else if (ended) break;
      else {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        passage.resume();
        await promise;
      }
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    passage.cancel();
  }
  if (status >= 400) throw problemFrom(source, status, refusal);
}

/** What no stream has as a position: following from it begins with a reset. */
const noPosition = "-";
/** As a header can hold it. */
const positionOf = (cursor: string | null | undefined) => (cursor && !StreamCursor.safeParse(cursor).success ? noPosition : (cursor ?? undefined));

/** Follows at a path of notification-service as the sender of a request, or as a visitor, from a cursor or from now on, until the signal. */
export type Follow = (request: IncomingMessage, path: string, cursor: string | null | undefined, signal: AbortSignal) => AsyncGenerator<ReceivedEvent>;

export interface FollowOptions {
  /** Opens an upstream to notification-service in which each stream has a connection of its own. */
  openStreams: () => Pick<Upstream, "pass">;
  /** The gateway's own token for notification-service, which takes the address of who follows from it. */
  streamToken: () => string;
  addressOf: AddressOf;
}

/** For transports that the gateway serves itself. Throws `too_many_streams` beside what `read` throws. */
export function createFollow({ openStreams, streamToken, addressOf }: FollowOptions): Follow {
  let streams: Pick<Upstream, "pass"> | undefined;
  let open = 0;
  return async function* follow(request, path, cursor, signal) {
    if (signal.aborted) return;
    if (open >= streamsAtOnce) throw new Problem("too_many_streams", { retryAfter: 5 });
    open++;
    // By the signal, too: a client that stops reading may leave the generator where it is.
    let left = false;
    const leave = () => {
      if (!left) open--;
      left = true;
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      const { authorization, cookie, origin, host, "sec-fetch-site": site, "user-agent": agent } = request.headers;
      const given = { authorization, cookie, origin, host, "sec-fetch-site": site, "user-agent": agent, "last-event-id": positionOf(cursor) };
      const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const visitor = authorization === undefined && cookie === undefined;
      streams ??= openStreams();
      yield* read(
        streams,
        visitor ? `${path}${path.includes("?") ? "&" : "?"}visitor=true` : path,
        { ...headers, [internalTokenHeader]: streamToken(), "x-forwarded-for": addressOf(request) },
        signal,
      );
    } finally {
      leave();
      signal.removeEventListener("abort", leave);
    }
  };
}
