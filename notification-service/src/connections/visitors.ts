import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asSessionId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { TokenClaims } from "@newfeed/shared/ports/tokens.ts";
import type { Connection } from "./connection.ts";

const visitorSession = asSessionId("00000000-0000-8000-8000-000000000000");
/** A visitor's connection ends with its client: it has no token that could. */
const never = new Date(8.64e15);

/** Does a client ask to follow without an account? Its cookies, if it has some, are not read then. */
export const asksAsVisitor = ({ url = "" }: IncomingMessage): boolean => new URLSearchParams(url.slice(url.indexOf("?") + 1)).get("visitor") === "true";

/** Whom connections without an account count as: all of a network as one, who follows nobody and is blocked by nobody. */
export function visitorFrom(network: string): TokenClaims & { network: string } {
  const hash = createHash("sha256").update(`visitor ${network}`).digest("hex");
  const id = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return { userId: asUserId(id), sessionId: visitorSession, username: "", roles: [], expiresAt: never, audience: "stream", network };
}

export const isVisitor = ({ sessionId }: Pick<Connection, "sessionId">): boolean => sessionId === visitorSession;

/** For what belongs to an account. Throws `unauthenticated`. */
export function requireUser(connection: Pick<Connection, "sessionId">): void {
  if (isVisitor(connection)) throw new Problem("unauthenticated");
}
