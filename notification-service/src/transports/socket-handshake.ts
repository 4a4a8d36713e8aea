import { correlationIdOf } from "@newfeed/shared/http/correlation.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import { runInContext } from "@newfeed/shared/ports/context.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Socket } from "socket.io";
import type { Following } from "../access/following.ts";
import type { Connections } from "../connections/connections.ts";
import type { SignIn } from "../connections/sign-in.ts";
import { refusalOf } from "./client-events.ts";
import { SocketConnection, type SocketShared } from "./socket-connection.ts";

export interface SocketHandshakeOptions {
  signIn: Pick<SignIn, "open" | "requireOngoing">;
  connections: Pick<Connections, "add" | "opened">;
  following: Pick<Following, "admit">;
  shared: SocketShared;
  /** Called once if the client leaves before the socket has connected. */
  leave: (connection: SocketConnection) => void;
  logger: Logger;
}

/** Socket.IO's middleware: authenticates a client and adds its connection, as `socket.data.connection`. */
export type SocketHandshake = (socket: Socket, next: (error?: Error) => void) => Promise<void>;

export function createSocketHandshake({ signIn, connections, following, shared, leave, logger }: SocketHandshakeOptions): SocketHandshake {
  async function open(socket: Socket, correlationId: string): Promise<SocketConnection> {
    const { token } = socket.handshake.auth as { token?: unknown };
    const claims = await signIn.open(socket.request, typeof token === "string" ? token : undefined);
    const connection = new SocketConnection(socket, claims, correlationId, shared);
    // Added here, where it can still be refused; not for a client that left meanwhile, which would never be removed.
    if (socket.conn.readyState === "open") {
      signIn.requireOngoing(claims);
      connections.add(connection);
      connection.onceClosed(() => leave(connection));
      await following.admit(connection);
      connections.opened(connection);
    }
    return connection;
  }

  return async (socket, next) => {
    const correlationId = correlationIdOf(socket.request);
    try {
      socket.data.connection = await runInContext({ correlationId }, () => open(socket, correlationId));
      // Outside of the context: the timers of a socket would keep it as long as they live.
      next();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status >= 500) {
        // A client reconnects by itself when its connection is cut, not when it is refused.
        logFailure(logger, "a socket could not be opened", error, { correlationId });
        socket.conn.close();
        return;
      }
      const { message, ...data } = refusalOf(problem);
      next(Object.assign(new Error(message), { data }));
    }
  };
}
