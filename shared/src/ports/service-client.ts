import type { Route, RouteInput, RouteResult } from "../contracts/route.ts";

/** What a call needs of a route's input; parts that the route does not have may be left out. */
export type CallInput<R extends Route> = Partial<RouteInput<R>>;

export interface CallOptions {
  /** Cancels the call. */
  signal?: AbortSignal | undefined;
}

/**
 * Calls a route of another service in this service's name, under the correlation id of the running context; the route
 * says which service. Tried once: whether the other did it is not known after a failure. Throws the problem that the
 * route answered, and `service_unavailable`, `upstream_timeout` or `bad_gateway` when it gave no usable answer.
 */
export type ServiceClient = <R extends Route>(route: R, input: CallInput<R>, options?: CallOptions) => Promise<RouteResult<R>>;
