import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { RequestHandler } from "express";

/** For the other methods of a path, HEAD included: of an event stream it would be one without a body that never ends. */
export const allowOnly =
  (method: "GET" | "POST"): RequestHandler =>
  (request, response) => {
    response.setHeader("allow", method);
    if (request.method !== "OPTIONS") throw new Problem("method_not_allowed");
    response.status(204).end();
  };
