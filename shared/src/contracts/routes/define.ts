import * as z from "zod";
import type { Route } from "../route.ts";

const nothing = z.strictObject({});
type Nothing = typeof nothing;

type Definition<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> = Omit<
  Route<P, Q, B, R>,
  "params" | "query" | "body" | "bodyType" | "response" | "status"
> & { params?: P; query?: Q; body?: B; bodyType?: Route["bodyType"]; response?: R; status?: Route["status"] };

/** Fills in what a route does not say: no parameters, no body, answered with 200, or 204 when there is nothing to answer. */
export function defineRoute<
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodVoid,
>(definition: Definition<P, Q, B, R>): Route<P, Q, B, R> {
  return {
    ...definition,
    params: definition.params ?? (nothing as unknown as P),
    query: definition.query ?? (nothing as unknown as Q),
    body: definition.body ?? (z.undefined() as unknown as B),
    bodyType: definition.bodyType ?? (definition.body ? "json" : "none"),
    response: definition.response ?? (z.void() as unknown as R),
    status: definition.status ?? (definition.response ? 200 : 204),
  };
}
