import type { ServerResponse } from "node:http";
import type { ErrorRequestHandler, RequestHandler } from "express";
import { ZodError } from "zod";
import { type ErrorCode, Problem, problemFromZod } from "../contracts/errors.ts";
import { logFailure } from "../ports/failure-log.ts";
import type { Logger } from "../ports/logger.ts";
import { isTransient } from "../ports/transient.ts";
import { correlationHeader } from "./correlation.ts";
import { markPropagated } from "./propagated-errors.ts";

/** Errors of Express and its body parsers, by their `type`. */
const parserErrors: Record<string, ErrorCode> = {
  "entity.parse.failed": "malformed_json",
  "entity.too.large": "payload_too_large",
  "parameters.too.many": "payload_too_large",
  "encoding.unsupported": "unsupported_media_type",
  "charset.unsupported": "unsupported_media_type",
};

/** Every error becomes a problem; an unexpected one becomes `internal`, and keeps its cause for the log. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ZodError) return problemFromZod(error);
  if (error instanceof Error) {
    const { type, status } = error as Error & { type?: unknown; status?: unknown };
    const code = typeof type === "string" ? parserErrors[type] : undefined;
    if (code) return new Problem(code, { internal: error.message, cause: error });
    if (typeof status === "number" && status >= 400 && status < 500) return new Problem("malformed_request", { internal: error.message, cause: error });
    if (isTransient(error)) return new Problem("service_unavailable", { internal: error.message, retryAfter: 1, cause: error });
  }
  return new Problem("internal", { internal: error instanceof Error ? error.message : String(error), cause: error });
}

/** The headers that a problem brings. */
export function problemHeaders(problem: Problem, body: string): [string, string][] {
  return [
    ...(problem.retryAfter === undefined ? [] : [["retry-after", String(Math.max(1, Math.ceil(problem.retryAfter)))] as [string, string]]),
    ...(problem.status === 401 ? [["www-authenticate", "Bearer"] as [string, string]] : []),
    ["content-type", "application/problem+json; charset=utf-8"],
    ["content-length", String(Buffer.byteLength(body))],
  ];
}
const codes = new WeakMap<ServerResponse, ErrorCode>();

/** The code of the problem that was answered. */
export const problemCodeOf = (response: ServerResponse): ErrorCode | undefined => codes.get(response);

/** Notes a problem that is answered in another form, with another status. */
export const noteProblem = (response: ServerResponse, { code }: Problem): void => void codes.set(response, code);

/** Answers with a problem; cuts the connection if the headers are sent already. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  codes.set(response, problem.code);
  const correlationId = response.getHeader(correlationHeader);
  const body = JSON.stringify(problem.toDocument(typeof correlationId === "string" ? correlationId : undefined));
  for (const [name, value] of problemHeaders(problem, body)) if (name !== "www-authenticate" || !response.hasHeader(name)) response.setHeader(name, value);
  response.writeHead(problem.status);
  response.end(body);
}

/** Answers with the problem that an error is, or as `send` does. A 5xx is logged, as `logFailure` says; internal messages are never sent. */
export function answerFailure(
  logger: Logger,
  error: unknown,
  method: string,
  path: string,
  response: ServerResponse,
  send: (problem: Problem) => void = (problem) => sendProblem(response, problem),
): void {
  const problem = toProblem(error);
  if (problem.status >= 500) logFailure(logger, "a request failed", error, { method, path, correlationId: response.getHeader(correlationHeader) });
  send(problem);
}

/** The last middleware: every failure is answered as a problem. */
export const problemHandler =
  (logger: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, _next) => {
    markPropagated(response, error);
    answerFailure(logger, error, request.method, request.path, response);
  };

export const notFoundHandler: RequestHandler = () => {
  throw new Problem("not_found");
};
