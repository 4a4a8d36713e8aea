import { hash } from "node:crypto";
import type { Problem } from "@newfeed/shared/contracts/errors.ts";
import { frame } from "@newfeed/shared/http/server-sent-events.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { type ExecutionResult, type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from "graphql";
import type { GraphqlContext } from "./context.ts";
import { clientError, problemOf } from "./errors.ts";
import { executableSchema } from "./executable.ts";
import { createOperations, InvalidDocument } from "./operations.ts";
import { createPersistedQueries } from "./persisted-queries.ts";
import { GraphqlRequest } from "./request.ts";
import type { LiveResult } from "./subscriber.ts";

/** An answer that is complete, or the text of an event stream, as it comes. */
export type GraphqlAnswer = { status: number; contentType: string; text: string } | { events: AsyncIterable<string> };

/** The one with which subscriptions are answered, and all that is accepted in it. */
const eventStreamType = "text/event-stream";

/** Runs one GraphQL request. `mediaType` is that of the answer: what is refused before it runs is JSON in any case. */
export type RunGraphql = (body: unknown, mediaType: string, context: GraphqlContext) => Promise<GraphqlAnswer>;

function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof InvalidDocument) return error.errors;
  if (error instanceof GraphQLError) return [error];
  return [new GraphQLError(String(error), { originalError: error instanceof Error ? error : new Error(String(error)) })];
}

const malformed = (message: string) => new GraphQLError(message, { extensions: { code: "malformed_request" } });
/** The message by which clients know to send the document itself. */
const notFound = new GraphQLError("PersistedQueryNotFound", { extensions: { code: "not_found" } });
const otherHash = malformed("The hash is not the SHA-256 of the query.");
const notStreamed = malformed(`A subscription is answered as an event stream: send Accept: ${eventStreamType}.`);
const isLive = (begun: AsyncGenerator<LiveResult> | ExecutionResult): begun is AsyncGenerator<LiveResult> => Symbol.asyncIterator in begun;
const noRequest = malformed("A GraphQL request is an object with query or extensions.persistedQuery, and optionally operationName and variables.");

/** The schema with the limits of its documents. */
export function createGraphqlServer(logger: Logger): RunGraphql {
  const operationOf = createOperations(executableSchema());
  const persisted = createPersistedQueries();

  async function begin({ query, operationName, variables, extensions }: GraphqlRequest, mediaType: string, context: GraphqlContext) {
    const sha256 = extensions?.persistedQuery?.sha256Hash;
    const text = query ?? persisted.find(sha256 ?? "");
    if (text === undefined) throw notFound;
    const isSent = sha256 !== undefined && typeof query === "string";
    if (isSent && hash("sha256", text) !== sha256) throw otherHash;
    const operation = operationOf(text, operationName ?? undefined);
    operation.checkCost(variables ?? {});
    if (operation.points > 0) await context.pay(operation.points);
    if (isSent) persisted.keep(sha256, text, context.sender);
    if ("run" in operation) return operation.run(variables ?? {}, context);
    if (mediaType !== eventStreamType) throw notStreamed;
    return operation.subscribe(variables ?? {}, context);
  }

  /** The errors as clients get them. A failed call that many fields share is logged once. */
  function report(errors: readonly GraphQLError[]): { problem: Problem; error: GraphQLFormattedError }[] {
    const logged = new Set<unknown>();
    return errors.map((error) => {
      const problem = problemOf(error);
      const cause = error.originalError ?? error;
      if (problem.status >= 500 && !logged.has(cause)) logFailure(logger, "a field failed", cause, { path: error.path?.join(".") });
      logged.add(cause);
      return { problem, error: clientError(error, problem) };
    });
  }

  const clientResult = (result: ExecutionResult): ExecutionResult | FormattedExecutionResult =>
    result.errors ? { ...result, errors: report(result.errors).map(({ error }) => error) } : result;

  /** As GraphQL over Server-Sent Events says; an event's id is the position after it. */
  async function* eventsOf(begun: AsyncGenerator<LiveResult> | ExecutionResult): AsyncGenerator<string> {
    if (!isLive(begun)) yield frame("next", clientResult(begun));
    else
      try {
        for await (const item of begun) {
          if (item.kind === "heartbeat") yield ":\n\n";
          else {
            const { cursor } = item;
            const result = item.kind === "result" ? clientResult(item.result) : { errors: [{ message: item.message, extensions: item.extensions }] };
            yield frame("next", cursor === undefined ? result : { ...result, extensions: { cursor } }, cursor);
          }
        }
      } catch (error) {
        yield frame("next", clientResult({ errors: errorsOf(error) }));
      }
    yield "event: complete\ndata:\n\n";
  }

  return async (body, mediaType, context) => {
    const answer = (status: number, result: ExecutionResult | FormattedExecutionResult) => ({
      status,
      contentType: `${mediaType === eventStreamType ? "application/json" : mediaType}; charset=utf-8`,
      text: JSON.stringify(result),
    });
    // GraphQL over HTTP: with application/json, a document that is refused is answered with 200.
    const refusedStatus = (status: number) => (mediaType === "application/json" && status < 500 ? 200 : status);
    const request = GraphqlRequest.safeParse(body);
    if (!request.success) return answer(400, { errors: [noRequest] });
    let begun: AsyncGenerator<LiveResult> | ExecutionResult;
    try {
      begun = await begin(request.data, mediaType, context);
    } catch (error) {
      const refused = report(errorsOf(error));
      return answer(refusedStatus(refused[0]?.problem.status ?? 400), { errors: refused.map(({ error }) => error) });
    }
    if (isLive(begun) || mediaType === eventStreamType) return { events: eventsOf(begun) };
    if (!begun.errors) return answer(200, begun);
    const reported = report(begun.errors);
    const errors = reported.map(({ error }) => error);
    if ("data" in begun) return answer(200, { ...begun, errors });
    return answer(refusedStatus(reported[0]?.problem.status ?? 400), { errors });
  };
}
