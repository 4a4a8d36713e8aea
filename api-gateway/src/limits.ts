import type { IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { type Limit, type LimitName, limits } from "@newfeed/shared/contracts/limits.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { Limiter, LimitState } from "@newfeed/shared/ports/limiter.ts";
import type { Identify } from "./identity.ts";

/** Takes one point of the general limit, and of the route's own. Throws `rate_limited` when either is used up. */
export type TakePoint = (response: ServerResponse, viewer: Viewer | null, address: string, own?: LimitName) => Promise<void>;

/** Sets the headers of a limit's state: the IETF draft's (draft-ietf-httpapi-ratelimit-headers) and the older ones. */
function setLimitHeaders(response: ServerResponse, name: LimitName, { limit, remaining, resetMs }: LimitState): void {
  const reset = Math.ceil(resetMs / 1000);
  response.setHeader("ratelimit-policy", `"${name}";q=${limit};w=${limits[name].windowSeconds}`);
  response.setHeader("ratelimit", `"${name}";r=${remaining};t=${reset}`);
  response.setHeader("x-ratelimit-limit", limit);
  response.setHeader("x-ratelimit-remaining", remaining);
  response.setHeader("x-ratelimit-reset", reset);
}

/** Takes one point of a limit, for a request whose general point is taken. Throws `rate_limited` when none is left. */
export type TakeOwnPoint = (response: ServerResponse, viewer: Viewer | null, address: string, own: LimitName) => Promise<void>;

export function createTakePoint(limiter: Limiter): TakePoint {
  return (response, viewer, address, own) => take(limiter, response, viewer, address, [viewer ? "signedIn" : "anonymous", ...(own ? [own] : [])]);
}

export function createTakeOwnPoint(limiter: Limiter): TakeOwnPoint {
  return (response, viewer, address, own) => take(limiter, response, viewer, address, [own]);
}

/** Identifies the user of a request, and takes a point of their limit. Throws what `Identify` and `TakePoint` throw. */
export type Admit = (request: IncomingMessage, response: ServerResponse, address: string, own?: LimitName) => Promise<Viewer | null>;

export function createAdmit(identify: Identify, takePoint: TakePoint): Admit {
  return async (request, response, address, own) => {
    let viewer: Viewer | null;
    try {
      viewer = await identify(request);
    } catch (error) {
      // A request with an invalid token counts as a visitor's.
      await takePoint(response, null, address);
      throw error;
    }
    await takePoint(response, viewer, address, own);
    return viewer;
  };
}

async function take(limiter: Limiter, response: ServerResponse, viewer: Viewer | null, address: string, names: readonly LimitName[]): Promise<void> {
  const states = await Promise.all(
    names.map(async (name) => {
      const { perAddress }: Limit = limits[name];
      return { name, state: await limiter.consume(name, perAddress ? address : (viewer?.userId ?? address)) };
    }),
  );
  const tightest = states.find(({ state }) => !state.allowed) ?? states.toSorted((a, b) => a.state.remaining - b.state.remaining)[0];
  if (!tightest) return;
  setLimitHeaders(response, tightest.name, tightest.state);
  if (!tightest.state.allowed) throw new Problem("rate_limited", { retryAfter: tightest.state.resetMs / 1000, internal: `limit ${tightest.name}` });
}
