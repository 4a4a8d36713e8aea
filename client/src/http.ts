import createOpenApiClient, { type Client } from "openapi-fetch";
import { backoffMs, pause } from "./backoff.ts";
import type { paths } from "./contract.gen.ts";
import { errorFrom, isAbort, NewFeedError, networkError } from "./errors.ts";
import type { SessionKeeper } from "./session.ts";

export interface Http {
  /** Typed by the contract. Rejects with `NewFeedError` when there was no answer. */
  api: Client<paths>;
  /** One exchange of a kind that `fetch` cannot do; see `Exchange`. */
  exchange(exchange: Exchange): Promise<Response>;
  fetch: typeof globalThis.fetch;
  withCookies: boolean;
}

/**
 * A request with the session's proof: renewed and sent once more after a 401, and sent again after a fault that passes,
 * where sending twice does what sending once does.
 */
export interface Exchange {
  method: string;
  url: string;
  repeatable: boolean;
  signal: AbortSignal | undefined;
  send(accessToken: string | undefined): Promise<Response>;
}

interface HttpOptions {
  baseUrl: string;
  fetch: typeof globalThis.fetch;
  session: SessionKeeper;
}

const tries = 3;
/** Longer waits are the caller's to decide on. */
const longestWaitMs = 5_000;
const passes = new Set([502, 503, 504]);
/** What begins a session, or renews it: a 401 is the answer itself. */
const entrances = /\/api\/auth\/(signup|login|refresh|validate)$/;
/** Writes without a key that may be sent twice. */
const idempotentPosts = /\/(like|follow|block|read-all)$/;

function maySendTwice({ method, url, headers }: Request): boolean {
  const { pathname } = new URL(url);
  if (pathname.startsWith("/api/auth/")) return method === "GET";
  return method !== "POST" || headers.has("idempotency-key") || idempotentPosts.test(pathname);
}

/** A 401 that a renewed token may mend, rather than a wrong password. */
async function asksForRenewal(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const { code } = errorFrom(401, await response.clone().text(), null);
  return code === "unauthenticated" || code === "token_expired";
}

/** Still being answered: the first try of the same request. */
const isInProgress = async (response: Response) =>
  response.status === 409 && errorFrom(409, await response.clone().text(), null).code === "idempotency_in_progress";

export function createHttp({ baseUrl, fetch, session }: HttpOptions): Http {
  async function exchange({ method, url, repeatable, signal, send }: Exchange): Promise<Response> {
    const isEntrance = entrances.test(new URL(url).pathname);
    let renewed = false;
    for (let tried = 1; ; ) {
      const last = tried >= tries || !repeatable;
      let waitMs = backoffMs(tried - 1, { baseMs: 200, maxMs: longestWaitMs });
      try {
        const { accessToken, stamp } = isEntrance ? { stamp: "" } : await session.proof();
        const response = await send(accessToken);
        if (!renewed && !isEntrance && (await asksForRenewal(response))) {
          renewed = true;
          if (await session.renew(stamp)) continue;
          return response;
        }
        // Deleted by the try before, whose answer got lost.
        if (tried > 1 && method === "DELETE" && response.status === 404) return new Response(null, { status: 204 });
        if (last || !(passes.has(response.status) || (await isInProgress(response)))) return response;
        const askedMs = (Number(response.headers.get("retry-after")) || 0) * 1_000;
        if (askedMs > longestWaitMs) return response;
        waitMs = Math.max(waitMs, askedMs);
      } catch (error) {
        if (isAbort(error)) throw error;
        if (last) throw error instanceof NewFeedError ? error : networkError(error);
      }
      tried++;
      await pause(waitMs, signal);
      signal?.throwIfAborted();
    }
  }

  const fetchOnce = (request: Request) =>
    exchange({
      method: request.method,
      url: request.url,
      repeatable: maySendTwice(request),
      signal: request.signal,
      send(accessToken) {
        const own = request.clone();
        if (accessToken) own.headers.set("authorization", `Bearer ${accessToken}`);
        return fetch(own);
      },
    });

  const { withCookies } = session.credentials;
  const api = createOpenApiClient<paths>({ baseUrl, fetch: fetchOnce, credentials: withCookies ? "include" : "omit" });
  return { api, exchange, fetch, withCookies };
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What an answer holds. Throws a `NewFeedError` for one that is no success, or that breaks off. */
export async function unwrap<T>(call: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await call.catch((failure: unknown) => {
    throw failure instanceof NewFeedError || isAbort(failure) ? failure : networkError(failure);
  });
  if (response.ok) return data as T;
  throw errorFrom(response.status, typeof error === "string" ? error : JSON.stringify(error ?? null), response.headers.get("retry-after"));
}
