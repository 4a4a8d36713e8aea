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
}

/** Throws `forbidden` for everyone who is no administrator. */
export function requireAdministrator({ roles }: Pick<Viewer, "roles">): void {
  if (!roles.includes("admin")) throw new Problem("forbidden");
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
