import type { ServerResponse } from "node:http";
import { type LimitName, limits } from "../contracts/limits.ts";
import type { LimitState } from "../ports/limiter.ts";

/** Sets the headers of a limit's state: the IETF draft's (draft-ietf-httpapi-ratelimit-headers) and the older ones. */
export function setLimitHeaders(response: ServerResponse, name: LimitName, { limit, remaining, resetMs }: LimitState): void {
  const reset = Math.ceil(resetMs / 1000);
  response.setHeader("ratelimit-policy", `"${name}";q=${limit};w=${limits[name].windowSeconds}`);
  response.setHeader("ratelimit", `"${name}";r=${remaining};t=${reset}`);
  response.setHeader("x-ratelimit-limit", limit);
  response.setHeader("x-ratelimit-remaining", remaining);
  response.setHeader("x-ratelimit-reset", reset);
}
