import type { IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { type Limit, type LimitName, limits, pointsOf } from "@newfeed/shared/contracts/limits.ts";
import { setLimitHeaders } from "@newfeed/shared/http/limit-headers.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import { networkOf } from "@newfeed/shared/ports/network.ts";
import type { Identify } from "./identity.ts";

/** How many points of which limits. */
export type Points = Partial<Record<LimitName, number>>;

/** Takes points for a user, or for a visitor by address. Throws `rate_limited` when one of the limits is used up. */
export type TakePoints = (response: ServerResponse, viewer: Viewer | null, address: string, points: Points) => Promise<void>;

/** How often points were asked of each limit here, and how often there were none left. */
export type LimitCounts = Record<LimitName, { asked: number; refused: number }>;

const noCounts = () => Object.fromEntries(Object.keys(limits).map((name) => [name, { asked: 0, refused: 0 }])) as LimitCounts;

/** The limit that every call counts towards. */
const generalLimit = (viewer: Viewer | null): LimitName => (viewer ? "signedIn" : "anonymous");

export function createTakePoints(limiter: Limiter): { takePoints: TakePoints; counts: LimitCounts } {
  const counts = noCounts();
  const takePoints: TakePoints = async (response, viewer, address, points) => {
    const network = networkOf(address);
    const states = await Promise.all(
      (Object.entries(points) as [LimitName, number][]).map(async ([name, count]) => {
        const { perAddress }: Limit = limits[name];
        counts[name].asked++;
        return { name, state: await limiter.consume(name, perAddress ? network : (viewer?.userId ?? network), count) };
      }),
    );
    for (const { name, state } of states) if (!state.allowed) counts[name].refused++;
    const tightest = states.find(({ state }) => !state.allowed) ?? states.toSorted((a, b) => a.state.remaining - b.state.remaining)[0];
    if (!tightest) return;
    // Those of an event stream are sent; what happens in it may make calls.
    if (!response.headersSent) setLimitHeaders(response, tightest.name, tightest.state);
    if (!tightest.state.allowed) throw new Problem("rate_limited", { retryAfter: tightest.state.resetMs / 1000, internal: `limit ${tightest.name}` });
  };
  return { takePoints, counts };
}

/** Each limit, with the points of a window and what was counted here. */
export const stateOfLimits = (counts: LimitCounts, factor: number) =>
  (Object.keys(limits) as LimitName[]).map((name) => ({
    name,
    points: pointsOf(name, factor),
    windowSeconds: limits[name].windowSeconds,
    ...counts[name],
  }));

/** Identifies the user of a request, and takes a point of their limit and of the route's own (of the own alone if it says so). Throws what `Identify` and `TakePoints` throw. */
export type Admit = (request: IncomingMessage, response: ServerResponse, address: string, own?: LimitName) => Promise<Viewer | null>;

export function createAdmit(identify: Identify, takePoints: TakePoints): Admit {
  return async (request, response, address, own) => {
    response.appendHeader("vary", "Authorization, Cookie");
    let viewer: Viewer | null;
    try {
      viewer = await identify(request);
    } catch (error) {
      // A request with an invalid token counts as a visitor's.
      await takePoints(response, null, address, { anonymous: 1 });
      throw error;
    }
    const { alone }: Partial<Limit> = own ? limits[own] : {};
    await takePoints(response, viewer, address, { ...(!alone && { [generalLimit(viewer)]: 1 }), ...(own && { [own]: 1 }) });
    return viewer;
  };
}

/** Takes the points of what one request asks for, and of a limit of its own. */
export type Pay = (points: number, own?: LimitName) => Promise<void>;

/** For a request that makes several calls, each of which costs what it would cost by itself. The point that admitted it pays for the first. */
export function createPayment(takePoints: TakePoints, response: ServerResponse, viewer: Viewer | null, address: string): Pay {
  let paid = 1;
  return (points, own) => {
    const due = Math.max(0, points - paid);
    paid = Math.max(0, paid - points);
    return takePoints(response, viewer, address, { ...(due > 0 && { [generalLimit(viewer)]: due }), ...(own && { [own]: 1 }) });
  };
}
