import { once } from "node:events";
import type { Request, Response } from "express";
import type { Following } from "../access/following.ts";
import { type Connection, ConnectionClosed } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import type { SignIn } from "../connections/sign-in.ts";
import type { Joined, OnStart } from "../streams/join.ts";
import { StreamText } from "./event-stream.ts";
import { frame, retryMs, SseConnection, type SseShared } from "./sse-connection.ts";

export interface SseHandshakeOptions {
  signIn: Pick<SignIn, "open" | "requireOngoing">;
  connections: Pick<Connections, "add" | "remove">;
  following: Pick<Following, "admit" | "unfollowAll">;
  allowedOrigins: readonly string[];
  shared: SseShared;
}

type Follow = (connection: Connection, cursor: string | undefined, hello: OnStart) => Promise<Joined>;

/** Authenticates a client, adds its connection, and follows a stream. Throws what is to be answered instead of an event stream. */
export type OpenEventStream = (request: Request, response: Response, follow: Follow) => Promise<void>;

/** A cursor that is sent twice is invalid, and answered with a reset as any invalid one. */
function cursorOf(request: Request): string | undefined {
  const cursor = request.headers["last-event-id"] ?? request.query.last_event_id;
  return cursor === undefined || cursor === "" ? undefined : String(cursor);
}

export function createSseHandshake({ signIn, connections, following, allowedOrigins, shared }: SseHandshakeOptions): OpenEventStream {
  /** A page of an allowed origin may read the response, also if it is a problem (Fetch, section 3.3). */
  function allowOrigin(request: Request, response: Response): void {
    const { origin } = request.headers;
    if (allowedOrigins.length > 0) response.vary("Origin");
    if (origin !== undefined && allowedOrigins.includes(origin))
      response.set({ "access-control-allow-origin": origin, "access-control-allow-credentials": "true" });
  }

  return async (request, response, follow) => {
    allowOrigin(request, response);
    // Pipelined requests get the connection one after the other.
    if (!response.socket && !response.destroyed) await Promise.race([once(response, "socket"), once(response, "close")]);
    const claims = await signIn.open(request, undefined);
    const connection = new SseConnection(response, claims, shared);
    // Its `close` is past: it would never be removed.
    if (connection.closed) return;
    signIn.requireOngoing(claims);
    connections.add(connection);
    response.once("close", () => {
      following.unfollowAll(connection);
      connections.remove(connection);
    });
    const hello: OnStart = (cursor, finished) => {
      // The stream has ended, and the client has all of it.
      if (finished) return connection.decline();
      connection.open();
      connection.write(new StreamText(`retry: ${retryMs}\n${frame("hello", { cursor }, cursor)}`));
    };
    try {
      await following.admit(connection);
      await follow(connection, cursorOf(request), hello);
    } catch (error) {
      if (error instanceof ConnectionClosed || connection.closed) return;
      connections.remove(connection);
      throw error;
    }
  };
}
