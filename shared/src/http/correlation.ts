import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

export const correlationHeader = "x-correlation-id";

/** The caller's id for this request if it is harmless, else a new one. Stands in answers, log lines and events. */
export function correlationIdOf(request: IncomingMessage): string {
  const given = request.headers[correlationHeader];
  // It is lower case already, but a rope of 480 bytes, which `toLowerCase` flattens to 55: connections keep theirs.
  return typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID().toLowerCase();
}
