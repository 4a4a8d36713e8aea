import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { pathsOf, publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import type { RequestHandler } from "express";

const known = Object.values<Route>(publicRoutes).flatMap((route) =>
  pathsOf(route).map((path) => ({ method: route.method.toUpperCase(), form: new RegExp(`^${path.replaceAll(".", "\\.").replace(/:\w+/g, "[^/]+")}/?$`) })),
);

/** After all routes: answers another method with those that the path has (RFC 9110, sections 9.3.7 and 15.5.6). Passes unknown paths on. */
export const otherMethods: RequestHandler = (request, response, next) => {
  const methods = new Set(known.filter(({ form }) => form.test(request.path)).map(({ method }) => method));
  if (methods.size === 0) return next();
  if (methods.has("GET")) methods.add("HEAD");
  response.setHeader("allow", [...methods].join(", "));
  if (request.method !== "OPTIONS") throw new Problem("method_not_allowed");
  response.status(204).end();
};
