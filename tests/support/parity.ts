import { type DescService, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { ProblemSchema } from "@newfeed/shared/proto/newfeed/v1/common_pb.ts";
import type { Answer, Person, TestFeed } from "./feed.ts";
import { grpcClient } from "./grpc.ts";

export type Input = Record<string, unknown>;

/** One thing that can be done, in the form of each transport. */
export interface Operation {
  rest(input: Input): { method: string; path: string; body?: unknown; pick?: (body: Input) => unknown };
  /** Left out where GraphQL does not have it. Without `pick` only whether it is refused is compared. */
  graphql?: { document: string; variables?: (input: Input) => Input; pick?: (result: Input) => unknown };
  grpc: { service: DescService; method: string; message?: (input: Input) => Input };
}

export interface Refused {
  code: string;
  message: string;
  errors: { field: string; message: string }[];
}

/** What became of a call. */
export type Outcome = { answer: unknown } | { refused: Refused };

export const transports = ["REST", "GraphQL", "gRPC"] as const;
export type TransportName = (typeof transports)[number];

/** Does an operation over one transport, as a user or as a visitor. Null where the transport does not have it. */
export async function perform(feed: TestFeed, transport: TransportName, operation: Operation, input: Input, as: Person | null): Promise<Outcome | null> {
  if (transport === "REST") return overRest(feed, operation, input, as);
  return transport === "GraphQL" ? overGraphql(feed, operation, input, as) : overGrpc(feed, operation, input, as);
}

const bearer = (as: Person | null): Record<string, string> => (as ? { authorization: `Bearer ${as.token}` } : {});

async function overRest(feed: TestFeed, { rest }: Operation, input: Input, as: Person | null): Promise<Outcome> {
  const { method, path, body, pick = (answer: Input) => answer } = rest(input);
  const answer: Answer = await feed.call(method, path, body, bearer(as));
  if (answer.status < 400) return { answer: answer.body === "" ? {} : pick(answer.body) };
  const { code, message, errors = [] } = answer.body;
  return { refused: { code, message, errors } };
}

/** What REST calls it: a document's `input` is the body. */
const withoutPrefix = (text: string) => text.replace(/^input\./, "").replace(/^input(?= |$)/, "body");

async function overGraphql(feed: TestFeed, { graphql }: Operation, input: Input, as: Person | null): Promise<Outcome | null> {
  if (!graphql) return null;
  const { document, variables = (given: Input) => given, pick } = graphql;
  const { body } = await feed.call("POST", "/graphql", { query: document, variables: variables(input) }, bearer(as));
  const [error] = body.errors ?? [];
  if (error) return { refused: { code: error.extensions.code, message: error.message, errors: error.extensions.errors ?? [] } };
  const result = Object.values(body.data)[0] as Input & { success?: boolean; code: string; message: string; errors: Refused["errors"] | null };
  if (result.success !== false) return { answer: pick ? pick(result) : undefined };
  const errors = (result.errors ?? []).map(({ field, message }) => ({ field: withoutPrefix(field), message: withoutPrefix(message) }));
  return { refused: { code: result.code, message: withoutPrefix(result.message), errors } };
}

async function overGrpc(feed: TestFeed, { grpc }: Operation, input: Input, as: Person | null): Promise<Outcome> {
  const { service, method: name, message = (given: Input) => given } = grpc;
  const method = service.method[name] as (typeof service.methods)[number];
  const client = grpcClient(feed, service, as ?? undefined) as unknown as Record<string, (request: unknown) => Promise<never>>;
  try {
    const answer = await (client[name] as (request: unknown) => Promise<never>)(fromJson(method.input, message(input) as JsonValue));
    return { answer: toJson(method.output, answer, { alwaysEmitImplicit: true }) };
  } catch (error) {
    const [problem] = error instanceof ConnectError ? error.findDetails(ProblemSchema) : [];
    if (!problem) throw error;
    return { refused: { code: problem.code, message: problem.message, errors: problem.errors.map(({ field, message }) => ({ field, message })) } };
  }
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Where a file of an upload is, without its ending: names that nobody guesses. */
const file = /\b[0-9a-f]{2}\/[0-9a-f-]{36}-[\w-]{22}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** What other services have told by now: null until it has arrived, or a count of what has. */
const moving = new Set(["streamCursor", "postRevision"]);
/** Grows with what other services tell later, too. */
const isPosition = (name: string) => name === "revision" || name.endsWith("Cursor");

/** A value without what differs between worlds and transports: ids and names by what they are called, addresses of files, times, positions, fields that are absent or empty lists. (Protobuf's JSON writes numbers of 64 bits, as `bytes`, as texts.) */
export function normalized(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string")
    return value
      .replace(file, "<file>")
      .replace(uuid, (id) => names.get(id) ?? "<id>")
      .replace(time, "<time>")
      .replace(/\b[a-z]+_\d+\b/g, (name) => names.get(name) ?? name);
  if (Array.isArray(value)) return value.map((item) => normalized(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      inner === null || inner === undefined || moving.has(name) || (Array.isArray(inner) && inner.length === 0)
        ? []
        : [[name, isPosition(name) ? "<position>" : name === "bytes" ? Number(inner) : normalized(inner, names)]],
    ),
  );
}

/** Of `whole`, the fields that `part` has: what a document asked for. */
export function fieldsIn(part: unknown, whole: unknown): unknown {
  if (Array.isArray(part) && Array.isArray(whole)) return whole.map((item, index) => fieldsIn(part[index], item));
  if (typeof part !== "object" || part === null || typeof whole !== "object" || whole === null) return whole;
  return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, fieldsIn(inner, (whole as Input)[name])]));
}
