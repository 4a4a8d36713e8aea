import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Route, RouteResult } from "@newfeed/shared/contracts/route.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { CallInput } from "@newfeed/shared/ports/service-client.ts";
import type { Pay } from "../limits.ts";
import type { CommentLists } from "./comment-lists.ts";

/** A document's input: not validated yet, with null for an absent variable. */
export interface GivenInput {
  params?: object;
  query?: object;
  body?: object;
}

/** Calls a public REST route as the document's viewer. Throws its problems; `ZodError` for input that the route does not accept. */
export type CallForViewer = <R extends Route>(route: R, input: GivenInput) => Promise<RouteResult<R>>;

/** What resolvers use, for one request. */
export type GraphqlContext = {
  viewer: Viewer | null;
  pay: Pay;
  call: CallForViewer;
  commentLists: CommentLists;
};

/** GraphQL clients send null for absent values. */
export const withoutNulls = (input: object): object => Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));

/**
 * Parses input with the route's schemas. Here, and not only in the service, because an id becomes part of a path: an
 * empty one would reach another route.
 */
function inputOf<R extends Route>(route: R, { params, query, body }: GivenInput): CallInput<R> {
  return {
    params: route.params.parse(params ?? {}),
    query: route.query.parse(withoutNulls(query ?? {})),
    ...(route.bodyType === "json" && { body: route.body.parse(body) }),
  } as CallInput<R>;
}

export interface CallerOptions {
  viewer: Viewer | null;
  pay: Pay;
  send: <R extends Route>(route: R, input: CallInput<R>) => Promise<RouteResult<R>>;
}

/** Applies the rules that a REST call of the route meets at the gateway. */
export function createCaller({ viewer, pay, send }: CallerOptions): CallForViewer {
  return async (route, given) => {
    await pay(1, route.limit);
    if (route.access === "user" && !viewer) throw new Problem("unauthenticated");
    return send(route, inputOf(route, given));
  };
}
