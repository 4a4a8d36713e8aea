import * as z from "zod";
import type { Route } from "../route.ts";

const nothing = z.strictObject({});
const noBody = z.undefined();
const noAnswer = z.void();

type Common = Pick<Route, "service" | "tag" | "unverified">;

/** A route as it is written down: what it does not say is filled in. */
type Definition = Omit<Route, "name" | keyof Common | "params" | "query" | "body" | "bodyType" | "response" | "status"> &
  Partial<Pick<Route, "tag" | "params" | "query" | "body" | "bodyType" | "response" | "status">>;

type SchemaOf<D, Key extends string, Otherwise extends z.ZodType> = D extends Record<Key, infer Schema extends z.ZodType> ? Schema : Otherwise;
type RouteOf<D> = Route<
  SchemaOf<D, "params", typeof nothing>,
  SchemaOf<D, "query", typeof nothing>,
  SchemaOf<D, "body", typeof noBody>,
  SchemaOf<D, "response", typeof noAnswer>
>;

/** Refuses fields that no route has: a misspelt one would be passed over. */
type Known<Definitions> = { [Name in keyof Definitions]: { [Field in Exclude<keyof Definitions[Name], keyof Definition>]: never } };

/**
 * The routes of one service, by name. What a route does not say is filled in: no parameters, no body, answered with 200,
 * or 204 where there is nothing to answer.
 */
export function defineRoutes<const Definitions extends Record<string, Definition>>(
  common: Common,
  definitions: Definitions & Known<Definitions>,
): { readonly [Name in keyof Definitions]: RouteOf<Definitions[Name]> } {
  const routes = Object.entries<Definition>(definitions).map(([name, { body = noBody, response = noAnswer, ...given }]): [string, Route] => [
    name,
    {
      ...common,
      name,
      params: nothing,
      query: nothing,
      body,
      bodyType: body === noBody ? "none" : "json",
      response,
      status: response === noAnswer ? 204 : 200,
      ...given,
    },
  ]);
  return Object.fromEntries(routes) as { readonly [Name in keyof Definitions]: RouteOf<Definitions[Name]> };
}
