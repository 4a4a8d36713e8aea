import type { IncomingMessage, ServerResponse } from "node:http";
import { createContextKey, type HandlerContext } from "@connectrpc/connect";
import { Problem } from "../contracts/errors.ts";
import type { Route } from "../contracts/route.ts";
import { noteProblem, toProblem } from "../http/problems.ts";
import { currentContext } from "../ports/context.ts";
import { logFailure } from "../ports/failure-log.ts";
import type { Logger } from "../ports/logger.ts";
import { connectErrorOf } from "./errors.ts";

/** The HTTP request that a call came in. Over HTTP/2 it is Node's compatible one, which has all that is read of it here. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

export const exchangeKey = createContextKey<Exchange | undefined>(undefined, { description: "the HTTP request of a call" });

/** Throws if the call did not come over HTTP. */
export function exchangeOf({ values }: HandlerContext): Exchange {
  const exchange = values.get(exchangeKey);
  if (!exchange) throw new Problem("internal", { internal: "a call without its request" });
  return exchange;
}

/** What a failed call throws: the problem as a gRPC status, or that its time is over or its caller gone. A 5xx is logged. */
export function failureOf(error: unknown, context: HandlerContext, logger: Logger): unknown {
  if (context.signal.aborted) return context.signal.reason;
  const { response } = exchangeOf(context);
  const problem = toProblem(error);
  noteProblem(response, problem);
  if (problem.status >= 500) logFailure(logger, "a call failed", error, { path: new URL(context.url).pathname });
  const failure = connectErrorOf(problem, currentContext()?.correlationId);
  if (problem.retryAfter !== undefined) failure.metadata.set("retry-after", String(Math.max(1, Math.ceil(problem.retryAfter))));
  return failure;
}

const passedOn = ["user-agent", "accept-language"] as const;

/** What services read of a request's headers: who called from where, and the key of a create that may be repeated. */
export function headersFor({ idempotent = false }: Pick<Route, "idempotent">, { request }: Exchange, address: string): Record<string, string> {
  const headers: Record<string, string> = { "x-forwarded-for": address };
  for (const name of idempotent ? ([...passedOn, "idempotency-key"] as const) : passedOn) {
    const value = request.headers[name];
    if (typeof value === "string") headers[name] = value;
  }
  return headers;
}
