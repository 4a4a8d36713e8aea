import { Problem, problemFromZod } from "@newfeed/shared/contracts/errors.ts";
import { type Acknowledgement, clientEventTable, type Refusal, streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import * as z from "zod";
import type { Following } from "../access/following.ts";
import { ConnectionClosed } from "../connections/connection.ts";
import type { SignIn } from "../connections/sign-in.ts";
import { requireUser } from "../connections/visitors.ts";
import type { Joined } from "../streams/join.ts";
import type { SocketConnection } from "./socket-connection.ts";

export type ClientEvent = keyof typeof clientEventTable;
type Arguments<E extends ClientEvent> = z.output<(typeof clientEventTable)[E]["arguments"]>;
type Answer = Omit<Extract<Acknowledgement, { ok: true }>, "ok">;

export interface ClientEventsOptions {
  following: Pick<Following, "inbox" | "post" | "unfollow">;
  signIn: Pick<SignIn, "check">;
  logger: Logger;
}

/** What a client learns of a problem. */
export const refusalOf = ({ code, publicMessage, errors, retryAfter }: Problem): Refusal => ({
  code,
  message: publicMessage,
  ...(errors && { errors }),
  ...(retryAfter !== undefined && { retryAfter: Math.ceil(retryAfter) }),
});

/** Handles one event that a client sent. Never rejects: problems are in the acknowledgement. */
export type AnswerClientEvent = (connection: SocketConnection, event: ClientEvent, args: readonly unknown[]) => Promise<Acknowledgement>;

export const isClientEvent = (event: string): event is ClientEvent => Object.hasOwn(clientEventTable, event);

const answerOf = ({ cursor, replayed, reset }: Joined): Answer => ({ cursor, replayed, ...(reset && { reset }) });

/** By the names of the arguments instead of their places. */
function named(error: z.ZodError, names: readonly string[]): z.ZodError {
  const pathOf = ([index, ...rest]: PropertyKey[]) => (index === undefined ? ["arguments"] : [names[Number(index)] ?? index, ...rest]);
  return new z.ZodError(error.issues.map((issue) => ({ ...issue, path: pathOf(issue.path) })));
}

function parseArguments<E extends ClientEvent>(event: E, args: readonly unknown[]): Arguments<E> {
  const { arguments: schema, names } = clientEventTable[event];
  const given = args.findLastIndex((argument) => argument !== null && argument !== undefined) + 1;
  // A tuple requires its optional elements to be there, as undefined; clients omit them.
  const padded = Array.from({ length: Math.max(given, schema.def.items.length) }, (_, index) => args[index] ?? undefined);
  const parsed = schema.safeParse(padded);
  if (!parsed.success) throw problemFromZod(named(parsed.error, names));
  return parsed.data as Arguments<E>;
}

function requireOwn({ userId }: SocketConnection, given: string | null | undefined): void {
  if (given && given !== userId) throw new Problem("forbidden", { message: "You can only follow your own inbox." });
}

export function createClientEvents({ following, signIn, logger }: ClientEventsOptions): AnswerClientEvent {
  /** What each returns goes into the acknowledgement. */
  const handlers: { [E in ClientEvent]: (connection: SocketConnection, ...args: Arguments<E>) => Promise<Answer> } = {
    async subscribe(connection, userId, options) {
      requireOwn(connection, userId);
      return answerOf(await following.inbox(connection, options?.cursor ?? undefined));
    },
    async unsubscribe(connection, userId) {
      requireOwn(connection, userId);
      following.unfollow(connection, streamOf.user(connection.userId));
      return {};
    },
    async "subscribe-post"(connection, postId, options) {
      return answerOf(await following.post(connection, postId, options?.cursor ?? undefined));
    },
    async "unsubscribe-post"(connection, postId) {
      following.unfollow(connection, streamOf.post(postId));
      return {};
    },
    async "subscribe-feed"(connection) {
      requireUser(connection);
      connection.followsFeed = true;
      return {};
    },
    async "unsubscribe-feed"(connection) {
      connection.followsFeed = false;
      return {};
    },
    async "refresh-token"(connection, { token }) {
      const claims = await signIn.check(token, connection.network);
      if (claims.userId !== connection.userId || claims.sessionId !== connection.sessionId)
        throw new Problem("forbidden", { message: "The token is of another session." });
      connection.expiresAt = claims.expiresAt.getTime();
      return {};
    },
  };

  const handle = async <E extends ClientEvent>(connection: SocketConnection, event: E, args: readonly unknown[]): Promise<Answer> =>
    handlers[event](connection, ...parseArguments(event, args));

  return async (connection, event, args) => {
    try {
      return { ok: true, ...(await handle(connection, event, args)) };
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status >= 500 && !(error instanceof ConnectionClosed)) logFailure(logger, "a client event failed", error, { event });
      return { ok: false, error: refusalOf(problem) };
    }
  };
}
