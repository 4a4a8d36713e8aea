import { type IncomingHttpHeaders, type IncomingMessage, ServerResponse, STATUS_CODES } from "node:http";
import type { Problem } from "../contracts/errors.ts";
import { correlationHeader, correlationIdOf } from "./correlation.ts";
import type { EveryAnswer } from "./every-answer.ts";
import { problemHeaders } from "./problems.ts";

/** The headers of a problem that is no route's: those of every answer, and a correlation id. */
export function refusalHeaders(headers: IncomingHttpHeaders, everyAnswer?: EveryAnswer): [string, string][] {
  const request = { method: "GET", headers } as unknown as IncomingMessage;
  const response = new ServerResponse(request);
  response.setHeader(correlationHeader, correlationIdOf(request));
  everyAnswer?.(request, response, () => {});
  return Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]);
}

/** A whole answer, for a connection on which there is no response object. It is the last one. */
export function writtenProblem(problem: Problem, given: IncomingHttpHeaders = {}, everyAnswer?: EveryAnswer): string {
  const refusal = refusalHeaders(given, everyAnswer);
  const body = JSON.stringify(problem.toDocument(refusal.find(([name]) => name === correlationHeader)?.[1]));
  const headers = [...refusal, ...problemHeaders(problem, body), ["connection", "close"]];
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${headers.map((header) => header.join(": ")).join("\r\n")}\r\n\r\n${body}`;
}

/** The headers that an answer's headers depend on, as far as they are in the bytes of what could not be parsed. */
export function readableHeaders(packet: Buffer | undefined): IncomingHttpHeaders {
  const text = packet?.toString("latin1") ?? "";
  const find = (name: string) => new RegExp(`^${name}:[ \\t]*([^\\r\\n]*?)[ \\t]*\\r?$`, "im").exec(text)?.[1];
  return { origin: find("origin"), [correlationHeader]: find(correlationHeader) };
}
