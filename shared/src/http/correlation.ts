import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

export const correlationHeader = "x-correlation-id";

/** The caller's id for this request when it is a harmless one, else a new one. Goes into answers, logs and events. */
export function correlationIdOf(request: IncomingMessage): string {
  const given = request.headers[correlationHeader];
  // Lower case it is already. But it comes as a chain of pairs of digits, 480 bytes, which this makes one string of 55: connections keep theirs.
  return typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID().toLowerCase();
}
