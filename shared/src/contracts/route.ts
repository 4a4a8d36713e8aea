import type * as z from "zod";
import type { TokenScope } from "./account-dto.ts";
import type { ErrorCode } from "./errors.ts";
import type { LimitName } from "./limits.ts";
import type { ServiceName } from "./services.ts";

/**
 * Who may call a route: `anyone` (identity is looked at when present), `user` (a signed-in one), `service` (another
 * service's internal token; never reachable through the gateway).
 */
export type Access = "anyone" | "user" | "service";

/**
 * One HTTP route, stated once: the service validates with it, the gateway routes by it, callers are typed by it, and
 * the OpenAPI document is made of it.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  /** Its key in the table of its service's routes: the OpenAPI operationId, and the name of the client's call. */
  name: string;
  service: ServiceName;
  method: "get" | "post" | "patch" | "delete";
  /** Express style, with `:name` parameters. */
  path: string;
  /** Other paths that reach the same route. */
  aliases?: readonly string[];
  summary: string;
  tag: string;
  access: Access;
  /** Also for users whose address is not verified, where that is asked for; reading always is. */
  unverified?: true;
  /**
   * In lower case. Only for who knows a secret: as this header, or as the password of HTTP Basic, which the gateway makes this header of,
   * since other programs' webhooks often have no place for a header.
   */
  passwordHeader?: string;
  /** What an API token needs, where it is not what `scopeOf` says by default; null where none is accepted. */
  scope?: TokenScope | null;
  params: Params;
  query: Query;
  body: Body;
  /** How the body travels; `multipart` bodies are read by the service itself. */
  bodyType: "none" | "json" | "multipart";
  /** The JSON body is another program's: of any media type, and with whatever stands in it. */
  openBody?: true;
  /** A JSON body may be absent altogether. */
  bodyOptional?: boolean;
  status: 200 | 201 | 204 | 302;
  response: Response;
  /** A limit of its own, beside the general one. */
  limit?: LimitName;
  /** Accepts an Idempotency-Key. */
  idempotent?: boolean;
  errors?: readonly ErrorCode[];
}

export type RouteInput<R extends Route> = {
  params: z.output<R["params"]>;
  query: z.output<R["query"]>;
  body: z.output<R["body"]>;
};
/** What a handler returns. */
export type RouteResponse<R extends Route> = z.input<R["response"]>;
/** What a caller gets. */
export type RouteResult<R extends Route> = z.output<R["response"]>;

/**
 * What an API token needs for a route; null where none is accepted. By default `read` or `write`, and nothing that auth-service
 * serves: there accounts are administered.
 */
export function scopeOf({ scope, service, method }: Pick<Route, "scope" | "service" | "method">): TokenScope | null {
  if (scope !== undefined) return scope;
  if (service === "auth-service") return null;
  return method === "get" ? "read" : "write";
}
