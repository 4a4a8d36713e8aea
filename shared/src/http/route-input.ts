import type { Route } from "../contracts/route.ts";
import type { CallInput } from "../ports/service-client.ts";

/** Input that came another way than REST: not validated yet, with null for an absent value of a query. */
export interface GivenInput {
  params?: object;
  query?: object;
  body?: object;
}

/** GraphQL clients send null for absent values. */
export const withoutNulls = (input: object): object => Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));

/**
 * Parses input with the route's schemas. Here, and not only in the service, because an id becomes part of a path: an
 * empty one would reach another route. Throws `ZodError`.
 */
export function routeInput<R extends Route>(route: R, { params, query, body }: GivenInput): CallInput<R> {
  return {
    params: route.params.parse(params ?? {}),
    query: route.query.parse(withoutNulls(query ?? {})),
    ...(route.bodyType === "json" && { body: route.body.parse(body) }),
  } as CallInput<R>;
}
