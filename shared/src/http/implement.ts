import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import * as z from "zod";
import { invalidField, Problem, problemFromZod } from "../contracts/errors.ts";
import { bounds } from "../contracts/limits.ts";
import type { PageInfo } from "../contracts/primitives.ts";
import { type Route, type RouteInput, type RouteResponse, scopeOf } from "../contracts/route.ts";
import { type Call, callBy, type Handler, requireScope, type Viewer } from "../ports/call.ts";
import type { Idempotency } from "../ports/idempotency.ts";
import { callerOf } from "./app.ts";
import { hasBody } from "./slow-bodies.ts";

/** A call that came over HTTP. */
export interface HttpCall extends Call {
  readonly address: string;
  readonly request: Request;
  readonly response: Response;
}

/** Returned by a handler that has written its answer itself. */
export const answered = { answered: true } as const;

/** A handler that needs HTTP, as `overHttp` marks it. */
export interface HttpHandler<Input, Output> {
  handleHttp(input: Input, call: HttpCall): Promise<Output>;
}

/** Marks a handler that needs HTTP: headers, cookies, or a body that it reads itself. */
export const overHttp = <Input, Output>(handleHttp: HttpHandler<Input, Output>["handleHttp"]): HttpHandler<Input, Output> => ({ handleHttp });

/** A handler for each route of a table. */
export type Handlers<Routes extends Record<string, Route>> = {
  [Name in keyof Routes]: Handler<Routes[Name]> | HttpHandler<RouteInput<Routes[Name]>, RouteResponse<Routes[Name]> | typeof answered>;
};

/**
 * JSON is UTF-8 (RFC 8259, section 8.1). The parser would decode UTF-7 and UTF-16 too, which filters in front do not read;
 * bytes that are no UTF-8 would be stored as replacement characters.
 */
function requireUtf8(_request: unknown, _response: unknown, bytes: Buffer, charset: string): void {
  if (charset !== "utf-8") throw new Problem("unsupported_media_type", { message: "Send JSON in UTF-8." });
  if (!isUtf8(bytes)) throw new Problem("malformed_json", { message: "The body is not valid UTF-8." });
}
const parseJson = express.json({ limit: bounds.jsonBodyBytes, strict: false, type: () => true, verify: requireUtf8 });
const jsonType = /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i;

/** For callers that prove who they are by what no page can have a browser send: some, such as Amazon SNS, call their JSON text. */
const readJsonOfAnyType: RequestHandler = (request, response, next) => (hasBody(request) ? parseJson(request, response, next) : next());

/** Reads a JSON body into `request.body`; an absent one stays undefined. Throws what the body's parser throws, and `unsupported_media_type`. */
export const readJson: RequestHandler = (request, response, next) => {
  if (!hasBody(request)) return next();
  if (!jsonType.test(request.headers["content-type"] ?? ""))
    throw new Problem("unsupported_media_type", { message: "Send JSON: Content-Type: application/json." });
  parseJson(request, response, next);
};

function authorize(route: Route, request: Request): Viewer | null {
  const claims = callerOf(request);
  if (route.access === "service" && !claims.svc) throw new Problem("forbidden");
  const viewer: Viewer | null =
    claims.sub && claims.sid
      ? {
          userId: claims.sub,
          sessionId: claims.sid,
          roles: claims.roles ?? [],
          ...(claims.unverified && { unverified: true }),
          ...(claims.scopes && { scopes: claims.scopes }),
        }
      : null;
  if (viewer?.scopes) {
    const scope = scopeOf(route);
    // Where nobody needs to sign in, a program that sends its token with every call is a visitor.
    if (scope === null && route.access === "anyone") return null;
    requireScope(viewer, scope);
  }
  if (route.access === "user" && !viewer) throw new Problem("unauthenticated");
  if (viewer?.unverified && route.method !== "get" && !route.unverified) throw new Problem("email_unverified");
  return viewer;
}

const fingerprint = (route: string, input: unknown): string =>
  createHash("sha256").update(route).update("\n").update(JSON.stringify(input)).digest("base64url");

function idempotencyOf(route: Route, request: Request, viewer: Viewer | null, input: unknown): Idempotency | undefined {
  const key = request.headers["idempotency-key"];
  if (!route.idempotent || !viewer || key === undefined) return undefined;
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,128}$/.test(key)) throw invalidField("Idempotency-Key", "must be 1 to 128 visible ASCII characters");
  return { userId: viewer.userId, key, fingerprint: fingerprint(`${route.method} ${route.path}`, input), replayed: false };
}

const implemented = new WeakMap<Express, Map<string, Route>>();

/** The routes of an app, by name. */
export const implementedRoutes = (app: Express): ReadonlyMap<string, Route> => implemented.get(app) ?? new Map();

function note(app: Express, route: Route): void {
  const known = implemented.get(app) ?? new Map<string, Route>();
  implemented.set(app, known);
  if (known.has(route.name)) throw new Error(`${route.service} has two routes ${route.name}`);
  known.set(route.name, route);
}

/** Adds a table's routes to an app, in their order: checks access, validates the input, and sends what the handler returns. */
export function implement<Routes extends Record<string, Route>>(app: Express, routes: Routes, handlers: Handlers<Routes>): void {
  for (const route of Object.values(routes)) note(app, route);
  for (const [name, route] of Object.entries(routes)) addRoute(app, route, handlers[name] as Handlers<Record<string, Route>>[string]);
}

function addRoute(app: Express, route: Route, handler: Handlers<Record<string, Route>>[string]): void {
  const handle = typeof handler === "function" ? handler : handler.handleHttp;
  const input = z.object({ params: route.params, query: route.query, ...(route.bodyType !== "multipart" && { body: route.body }) });

  const authorized: RequestHandler = (request, _response, next) => {
    authorize(route, request);
    next();
  };
  const answer: RequestHandler = async (request, response) => {
    const viewer = authorize(route, request);
    if (route.bodyType === "json" && !route.bodyOptional && request.body === undefined && !hasBody(request)) throw invalidField("body", "is required, as JSON");
    const parsed = input.safeParse({ params: request.params, query: { ...request.query }, body: route.bodyType === "none" ? undefined : request.body });
    if (!parsed.success) throw problemFromZod(unprefixed(parsed.error));
    const idempotency = idempotencyOf(route, request, viewer, parsed.data);
    const call: HttpCall = Object.assign(callBy(viewer, idempotency), {
      address: String(request.headers["x-forwarded-for"] ?? request.socket.remoteAddress ?? ""),
      request,
      response,
    });
    const result = await handle(parsed.data as RouteInput<Route>, call);
    if (result === answered) return;
    if (idempotency?.replayed) response.setHeader("idempotent-replayed", "true");
    if (route.status === 204) response.status(204).end();
    else {
      const { pageInfo, streamCursor } = (result ?? {}) as { pageInfo?: PageInfo; streamCursor?: string | null };
      if (pageInfo?.hasNextPage && pageInfo.endCursor) response.setHeader("link", nextLink(request, pageInfo.endCursor));
      if (streamCursor) response.setHeader("x-stream-cursor", streamCursor);
      response.status(route.status).json(result);
    }
  };
  app[route.method](route.path, authorized, ...(route.bodyType === "json" ? [route.openBody ? readJsonOfAnyType : readJson] : []), answer);
}

/** `Link: rel=next` (RFC 8288) for a page that has one after it. */
function nextLink(request: Request, endCursor: string): string {
  const url = new URL(request.originalUrl, "http://localhost");
  const newer = url.searchParams.has("since");
  for (const name of ["cursor", "since", "page", "around"]) url.searchParams.delete(name);
  url.searchParams.set(newer ? "since" : "cursor", endCursor);
  return `<${url.pathname}${url.search}>; rel="next"`;
}

/** Field names as the client knows them: without `params`, `query` or `body` before them. */
function unprefixed(error: z.ZodError): z.ZodError {
  return new z.ZodError(error.issues.map((issue) => ({ ...issue, path: issue.path.slice(1) })));
}
