import type { IncomingHttpHeaders } from "node:http";
import { asSessionId, type SessionId } from "../contracts/ids.ts";
import { runJob } from "../ports/context.ts";
import type { Logger } from "../ports/logger.ts";

/**
 * On an answer of auth-service to the gateway: the sessions that the call has ended, so that the instance that answers
 * refuses their tokens at once. Clients do not get it.
 */
export const endedSessionsHeader = "x-internal-ended-sessions";
/** 8 kB of headers are safe everywhere; those beyond follow with the next poll. */
const mostInHeader = 200;
export const endedSessionsValue = (sessions: readonly SessionId[]): string => sessions.slice(0, mostInHeader).join(",");

const pollMs = 1_000;
/** Longer than any access token lives. */
const keepMs = 20 * 60_000;

export interface Revocations {
  has(sessionId: SessionId): boolean;
  /** Adds a revocation that arrived in another way. */
  note(sessionId: SessionId): void;
  /** Adds those that an answer of auth-service names, and takes their header off it. */
  takeFrom(headers: IncomingHttpHeaders): void;
  close(): void;
}

export interface RevocationFeed {
  revocations: { sessionId: SessionId; revokedAt: string }[];
  next: string;
}

/**
 * The sessions that ended before their tokens, polled from auth-service every second: a logout takes effect everywhere
 * within two seconds, without a broker or Redis. `onRevoked` is called once for each.
 */
export function startRevocations(
  fetchSince: (after: string | undefined) => Promise<RevocationFeed>,
  logger: Logger,
  onRevoked: (sessionId: SessionId) => void = () => {},
): Revocations {
  const noted = new Map<string, number>();
  let after: string | undefined;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function note(sessionId: SessionId) {
    if (noted.has(sessionId)) return;
    noted.set(sessionId, Date.now());
    onRevoked(sessionId);
  }

  async function poll() {
    try {
      const { revocations, next } = await fetchSince(after);
      after = next;
      for (const { sessionId } of revocations) note(sessionId);
      for (const [sessionId, at] of noted) {
        if (Date.now() - at < keepMs) break;
        noted.delete(sessionId);
      }
      failures = 0;
    } catch (error) {
      // auth-service may be starting, or switching instances.
      if (!closed && ++failures === 3) logger.warn("revocations cannot be read; trying again every second", { error });
    }
    if (!closed) timer = setTimeout(start, pollMs);
  }
  const start = () => void runJob("revocations", poll);
  start();

  return {
    has: (sessionId) => noted.has(sessionId),
    note,
    takeFrom(headers) {
      const ended = headers[endedSessionsHeader];
      if (ended === undefined) return;
      delete headers[endedSessionsHeader];
      for (const sessionId of String(ended).split(",").filter(Boolean)) note(asSessionId(sessionId));
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
