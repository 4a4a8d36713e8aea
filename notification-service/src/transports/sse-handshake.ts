import { once } from "node:events";
import { setLimitHeaders } from "@newfeed/shared/http/limit-headers.ts";
import type { Request, Response } from "express";
import type { Following } from "../access/following.ts";
import { ConnectionClosed } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import type { SignedIn, SignIn } from "../connections/sign-in.ts";
import type { SseConnection } from "./sse-connection.ts";

export interface SseHandshakeOptions {
  signIn: Pick<SignIn, "open" | "requireOngoing">;
  connections: Pick<Connections, "add" | "opened" | "remove">;
  following: Pick<Following, "admit" | "unfollowAll">;
}

/** Authenticates a client, adds its connection, and runs `follow`. Throws what is to be answered instead of an event stream. */
export type OpenEventStream = <C extends SseConnection>(
  request: Request,
  response: Response,
  connect: (claims: SignedIn) => C,
  follow: (connection: C) => Promise<unknown>,
) => Promise<void>;

export function createSseHandshake({ signIn, connections, following }: SseHandshakeOptions): OpenEventStream {
  return async (request, response, connect, follow) => {
    // Pipelined requests get the connection one after the other.
    if (!response.socket && !response.destroyed) await Promise.race([once(response, "socket"), once(response, "close")]);
    const claims = await signIn.open(request, undefined, (name, state) => setLimitHeaders(response, name, state));
    const connection = connect(claims);
    // Its `close` is past: it would never be removed.
    if (connection.closed) return;
    signIn.requireOngoing(claims);
    connections.add(connection);
    response.once("close", () => {
      following.unfollowAll(connection);
      connections.remove(connection);
    });
    try {
      await following.admit(connection);
      connections.opened(connection);
      await follow(connection);
    } catch (error) {
      if (error instanceof ConnectionClosed || connection.closed) return;
      connections.remove(connection);
      throw error;
    }
  };
}
