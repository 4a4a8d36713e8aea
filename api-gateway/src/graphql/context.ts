import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Route, RouteResult } from "@newfeed/shared/contracts/route.ts";
import { type GivenInput, routeInput } from "@newfeed/shared/http/route-input.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { CallInput } from "@newfeed/shared/ports/service-client.ts";
import type { Pay } from "../limits.ts";
import type { ReceivedEvent } from "../live/event-reader.ts";
import type { CommentLists } from "./comment-lists.ts";
import type { Sender } from "./persisted-queries.ts";

/** Calls a public REST route as the document's viewer. Throws its problems; `ZodError` for input that the route does not accept. */
export type CallForViewer = <R extends Route>(route: R, input: GivenInput) => Promise<RouteResult<R>>;

/** What resolvers use, for one request. */
export type GraphqlContext = {
  viewer: Viewer | null;
  /** Whose share of the persisted queries it is. */
  sender: Sender;
  pay: Pay;
  call: CallForViewer;
  commentLists: CommentLists;
  /** Follows at a path of notification-service as the sender of the request, until its connection closes. */
  follow: (path: string, cursor: string | null | undefined) => AsyncGenerator<ReceivedEvent>;
};

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
    return send(route, routeInput(route, given));
  };
}
