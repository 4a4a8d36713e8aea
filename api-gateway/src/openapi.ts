import { type ErrorCode, errorTable, ProblemDocument } from "@newfeed/shared/contracts/errors.ts";
import { Id } from "@newfeed/shared/contracts/ids.ts";
import { bounds, limits } from "@newfeed/shared/contracts/limits.ts";
import { StreamCursor } from "@newfeed/shared/contracts/primitives.ts";
import { type Route, scopeOf } from "@newfeed/shared/contracts/route.ts";
import { pathsOf, publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { ConnectionName, StreamChange } from "@newfeed/shared/contracts/sockets.ts";
import { version } from "@newfeed/shared/http/health.ts";
import * as z from "zod";
import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject, type ZodOpenApiResponsesObject } from "zod-openapi";
import { GraphqlRequest } from "./graphql/request.ts";

const signedIn = [{ bearer: [] }, { cookie: [] }];
const anyone = [{}, ...signedIn];
const bySecret = [{ secret: [] }];

/** Problems that any route may answer. */
const everywhere: readonly ErrorCode[] = ["validation_failed", "unauthenticated", "rate_limited", "internal", "service_unavailable"];

/** One response per status; its description names the codes. */
function problems(codes: readonly ErrorCode[]): ZodOpenApiResponsesObject {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) byStatus.set(errorTable[code].status, [...(byStatus.get(errorTable[code].status) ?? []), code]);
  const responses = [...byStatus].map(([status, ofStatus]) => [
    String(status),
    {
      description: ofStatus.map((code) => `\`${code}\`: ${errorTable[code].message}`).join("\n\n"),
      ...(status === 429 && { headers: z.object({ "Retry-After": z.int().meta({ description: "Seconds" }) }) }),
      content: { "application/problem+json": { schema: ProblemDocument } },
    },
  ]);
  return Object.fromEntries(responses) as ZodOpenApiResponsesObject;
}

const header = <T extends z.ZodType>(name: string, schema: T, description: string, example?: string) =>
  schema.meta({ description, ...(example && { example }), header: { id: name } });
const limitHeaders = {
  RateLimit: header("RateLimit", z.string(), "The tightest limit: what remains (`r`), and the seconds until it is full again (`t`)", '"signedIn";r=599;t=900'),
  "RateLimit-Policy": header("RateLimit-Policy", z.string(), "That limit's quota (`q`) in its window of `w` seconds", '"signedIn";q=600;w=900'),
  "X-RateLimit-Limit": header("X-RateLimit-Limit", z.int(), "As `q`"),
  "X-RateLimit-Remaining": header("X-RateLimit-Remaining", z.int(), "As `r`"),
  "X-RateLimit-Reset": header("X-RateLimit-Reset", z.int(), "As `t`"),
  "X-Correlation-Id": header("X-Correlation-Id", z.string(), "The request's own, or a new one: it stands in logs and events"),
};

/** Headers of a route's answer. */
function headersOf({ response, idempotent }: Route) {
  const fields = response instanceof z.ZodObject ? Object.keys(response.shape) : [];
  return z.object({
    ...limitHeaders,
    ...(fields.includes("pageInfo") && { Link: z.string().optional().meta({ description: 'The next page: `<…>; rel="next"`' }) }),
    ...(fields.includes("streamCursor") && { "X-Stream-Cursor": StreamCursor.optional() }),
    ...(idempotent && { "Idempotent-Replayed": z.literal("true").optional().meta({ description: "The stored answer of an earlier request" }) }),
  });
}

const idempotencyKey = z.object({
  "Idempotency-Key": z
    .string()
    .regex(/^[!-~]{1,128}$/)
    .optional()
    .meta({ description: "The same key with the same body answers what the first request did, for 24 h" }),
});

function acceptanceOf(route: Route): string {
  const scope = scopeOf(route);
  if (scope === null && route.access === "anyone") return "";
  return scope ? `API tokens need the scope \`${scope}\`.` : "API tokens are not accepted.";
}

function descriptionOf(route: Route): string {
  const aliases = pathsOf(route).filter((path) => path !== route.path);
  const limit = route.limit && limits[route.limit];
  return [
    aliases.length > 0 ? `Also at ${aliases.map((path) => `\`${path}\``).join(", ")}.` : "",
    acceptanceOf(route),
    limit ? `At most ${limit.points} in ${limit.windowSeconds / 60} minutes.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const description = descriptionOf(route);
  return {
    operationId: route.name,
    summary: route.summary,
    ...(description && { description }),
    tags: [route.tag],
    security: route.passwordHeader ? bySecret : route.access === "user" ? signedIn : anyone,
    requestParams: {
      path: route.params as z.ZodObject,
      query: route.query as z.ZodObject,
      ...(route.idempotent && { header: idempotencyKey }),
    },
    ...(route.bodyType !== "none" && {
      requestBody: {
        required: !route.bodyOptional,
        content: { [route.bodyType === "json" ? "application/json" : "multipart/form-data"]: { schema: route.body } },
      },
    }),
    responses: {
      [route.status]: {
        description: route.summary,
        headers: headersOf(route),
        ...(route.status < 204 && { content: { "application/json": { schema: route.response } } }),
      },
      ...problems([
        ...everywhere,
        ...(route.errors ?? []),
        ...(route.bodyType === "none" ? [] : (["request_timeout"] as const)),
        ...(route.idempotent ? (["idempotency_in_progress", "idempotency_mismatch"] as const) : []),
      ]),
    } as ZodOpenApiResponsesObject,
  };
}

const GraphqlError = z
  .object({
    message: z.string(),
    locations: z.array(z.object({ line: z.int(), column: z.int() })).optional(),
    path: z.array(z.union([z.string(), z.int()])).optional(),
    extensions: ProblemDocument.pick({ code: true, errors: true, retryAfter: true }),
  })
  .meta({ id: "GraphqlError" });

const GraphqlResult = z.object({ data: z.record(z.string(), z.unknown()).nullish(), errors: z.array(GraphqlError).optional() }).meta({ id: "GraphqlResult" });
const graphqlContent = { "application/json": { schema: GraphqlResult }, "application/graphql-response+json": { schema: GraphqlResult } };

const graphql: ZodOpenApiOperationObject = {
  operationId: "graphql",
  summary: "Run a GraphQL document",
  description:
    "The schema is at [`/schema.graphql`](/schema.graphql), and answers introspection. With `Accept: text/event-stream` (GraphQL over Server-Sent Events, distinct connections) subscriptions are answered, too. Documents are bounded in depth and in cost: a list counts as often as its `limit` says. Each call that a document makes costs the points that it costs over REST; introspection costs points too. A document may be persisted: sent once with `extensions.persistedQuery` (`version` 1 and `sha256Hash`), and then named by its hash in place of `query`, until `PersistedQueryNotFound` asks for it again.",
  tags: ["GraphQL"],
  security: anyone,
  requestBody: {
    required: true,
    content: {
      "application/json": {
        schema: GraphqlRequest,
        example: { query: "query { getPosts(input: { limit: 10 }) { success posts { id content author { username } } pageInfo { hasNextPage endCursor } } }" },
      },
    },
  },
  responses: {
    "200": {
      description: "What could be answered; `errors` names what could not. With `application/json` also a document that is not valid",
      headers: z.object(limitHeaders),
      content: { ...graphqlContent, "text/event-stream": { schema: z.string() } },
    },
    ...problems([...everywhere, "request_timeout", "payload_too_large", "unsupported_media_type"]),
    "400": {
      description:
        "No GraphQL request, or a document that cannot be parsed or is not valid: `errors` says why, a problem when the body is no JSON. (A document that is not valid has 200 with `application/json`, as the GraphQL-over-HTTP specification asks.)",
      content: { ...graphqlContent, "application/problem+json": { schema: ProblemDocument } },
    },
  },
};

const LastEventId = z.string().optional().meta({ description: "The `id` of the last event that was received" });

const AsVisitor = z
  .literal("true")
  .optional()
  .meta({
    description: `Without an account: posts that everyone may see, and no inbox or feed. At most ${bounds.visitorsPerNetwork} such connections of a network`,
  });

/** An event stream; `/asyncapi.json` describes its events. */
const eventStream = (
  operationId: string,
  summary: string,
  events: string,
  { params, query }: { params?: z.ZodObject; query?: z.ZodRawShape } = {},
): ZodOpenApiOperationObject => ({
  operationId,
  summary,
  description: `Server-sent events: \`hello\` first, then ${events}, and \`reset\`. Every event's \`id\` is a position to resume from. The session cookie of a signed-in browser is enough. An EventSource (\`Accept: text/event-stream\`) gets no 429 and no 5xx, on which it would close for good, but an empty stream with \`retry\` and \`closing\`.`,
  tags: ["Streams"],
  security: [...signedIn, { streamCookie: [] }],
  requestParams: {
    ...(params && { path: params }),
    query: z.object({
      ...query,
      visitor: AsVisitor,
      last_event_id: LastEventId.meta({ description: "As the header; `lastEventId` and `Last-Event-ID` are read too" }),
    }),
    header: z.object({ "Last-Event-ID": LastEventId }),
  },
  responses: {
    "200": { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
    "204": { description: "The stream is closed for good: do not reconnect" },
    ...problems(["validation_failed", "unauthenticated", "not_found", "too_many_streams", "service_unavailable"]),
  },
});

const streams: ZodOpenApiPathsObject = {
  "/api/sse/comments/{postId}": {
    get: eventStream(
      "streamComments",
      "Follow the comments and changes of a post",
      "`comment_added`, `comment_updated`, `comment_deleted`, `post_updated`, `post_deleted`",
      { params: z.object({ postId: Id }) },
    ),
  },
  "/api/sse/notifications": { get: eventStream("streamNotifications", "Follow your inbox", "`notification`, `notification_updated`, `notification_read`") },
  "/api/sse": {
    get: eventStream(
      "streamMany",
      "Follow many streams over one response",
      "`followed`, `caught_up` and `unfollowed` about each stream, the events of all with the name of their `stream`",
      {
        query: {
          streams: z
            .string()
            .optional()
            .meta({
              description: `\`post:<id>\`, \`user:me\` (your inbox) and \`feed:me\`, separated by commas, each with \`@<cursor>\` if it is to be resumed; at most ${bounds.followedStreamsPerSocket}. Not needed with a position, which names its streams.`,
              example: "post:0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e,user:me",
            }),
        },
      },
    ),
  },
  "/api/sse/{connection}/streams": {
    post: {
      operationId: "changeStreams",
      summary: "Change which streams an open event stream carries",
      description: `What came of it is sent on the event stream: \`followed\` or \`unfollowed\`. At most ${limits.followStreams.points} in ${limits.followStreams.windowSeconds / 60} minutes.`,
      tags: ["Streams"],
      security: [...signedIn, { streamCookie: [] }],
      requestParams: { path: z.object({ connection: ConnectionName }), query: z.object({ visitor: AsVisitor }) },
      requestBody: { required: true, content: { "application/json": { schema: StreamChange } } },
      responses: {
        "202": {
          description: "Accepted",
          content: { "application/json": { schema: z.object({ accepted: z.literal(true) }) } },
        },
        ...problems([
          "validation_failed",
          "malformed_json",
          "unauthenticated",
          "forbidden",
          "cross_origin",
          "not_found",
          "payload_too_large",
          "unsupported_media_type",
          "rate_limited",
          "service_unavailable",
        ]),
      },
    },
  },
};

/** Of `shared/proto/newfeed/v1`, those with a service of gRPC. */
const protoFiles = ["auth", "user", "post", "comment", "media", "search", "event", "live"];

/** The OpenAPI 3.1 document of all public routes. */
export function openApiDocument() {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of Object.values<Route>(publicRoutes)) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  const document: ZodOpenApiObject = {
    openapi: "3.1.1",
    info: {
      title: "NewFeed",
      version,
      description: [
        "A real-time social feed. What is live (Socket.IO, server-sent events) is described in [`/asyncapi.json`](/asyncapi.json), GraphQL in [`/schema.graphql`](/schema.graphql).",
        `gRPC, gRPC-Web and Connect are answered on a port of their own; their services are ${protoFiles.map((name) => `[\`${name}\`](/proto/newfeed/v1/${name}.proto)`).join(", ")}.`,
      ].join("\n\n"),
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: ["Session", "Posts", "Comments", "Users", "Media", "Notifications", "Streams", "GraphQL"].map((name) => ({ name })),
    paths: { ...paths, "/graphql": { post: graphql }, ...streams },
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description:
            "`accessToken` of a sign-in; an API token (`nf_…`) with the scope that the operation names; or an access token of `IDENTITY_ISSUER`: while its user has no account, and gets none, 403 `registration_closed`, `invite_invalid` or `approval_pending`",
        },
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: "access_token",
          description: "Set by a sign-in, over HTTPS as `__Host-access_token`; writes must come from a trusted origin",
        },
        secret: { type: "http", scheme: "basic", description: "Of the installation, as the password; any name. For other programs" },
        streamCookie: {
          type: "apiKey",
          in: "cookie",
          name: "stream_token",
          description: "Set by a sign-in, over HTTPS as `__Host-stream_token`; for streams and sockets only",
        },
      },
    },
  };
  return createDocument(document, {
    override({ jsonSchema, io }) {
      // Answers may grow.
      if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
}
