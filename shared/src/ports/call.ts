import type { TokenScope } from "../contracts/account-dto.ts";
import { Problem } from "../contracts/errors.ts";
import type { SessionId, UserId } from "../contracts/ids.ts";
import type { Route, RouteInput, RouteResponse } from "../contracts/route.ts";
import type { Idempotency } from "./idempotency.ts";

/** A signed-in user, with the session that the call came in. */
export interface Viewer {
  userId: UserId;
  sessionId: SessionId;
  roles: string[];
  /** The account has to verify its address before it does more than read. */
  unverified?: true;
  /** What the API token that the call came with allows; absent for a session, which may do everything. */
  scopes?: readonly TokenScope[];
}

/** Throws `insufficient_scope` for an API token that lacks the scope, `forbidden` where none is accepted (null). */
export function requireScope({ scopes }: { readonly scopes?: readonly TokenScope[] | undefined }, needed: TokenScope | null): void {
  if (!scopes) return;
  if (needed === null) throw new Problem("forbidden", { message: "API tokens are not accepted here; sign in." });
  if (!scopes.includes(needed)) throw new Problem("insufficient_scope", { message: `This needs a token with the scope ${needed}.` });
}

/** Throws `forbidden` for everyone who is no administrator. */
export function requireAdministrator({ roles }: Pick<Viewer, "roles">): void {
  if (!roles.includes("admin")) throw new Problem("forbidden");
}

/** An administrator is one, too. */
export const isModerator = ({ roles }: Pick<Viewer, "roles">): boolean => roles.includes("moderator") || roles.includes("admin");

/** Throws `forbidden` for everyone who is neither a moderator nor an administrator. */
export function requireModerator(viewer: Pick<Viewer, "roles">): void {
  if (!isModerator(viewer)) throw new Problem("forbidden");
}

/** Throws `forbidden` for everyone who is neither an auditor nor an administrator. */
export function requireAuditor({ roles }: Pick<Viewer, "roles">): void {
  if (!roles.includes("auditor") && !roles.includes("admin")) throw new Problem("forbidden");
}

/** What a handler knows of a call beside its validated input, whatever transport it came over. */
export interface Call {
  /** Null for a visitor. */
  readonly viewer: Viewer | null;
  readonly viewerId: UserId | null;
  /** The signed-in user; throws `unauthenticated` for a visitor (routes with access `user` refuse those before). */
  readonly user: Viewer;
  /** The client's address, as the gateway saw it. */
  readonly address?: string;
  readonly idempotency: Idempotency | undefined;
}

/** Does what a route says. Throws the route's problems. */
export type Handler<R extends Route> = (input: RouteInput<R>, call: Call) => Promise<RouteResponse<R>>;

export function callBy(viewer: Viewer | null, idempotency?: Idempotency): Call {
  return {
    viewer,
    viewerId: viewer?.userId ?? null,
    get user() {
      if (!viewer) throw new Problem("unauthenticated");
      return viewer;
    },
    idempotency,
  };
}
