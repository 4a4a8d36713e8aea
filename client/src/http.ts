import createOpenApiClient, { type Client } from "openapi-fetch";
import { backoffMs, pause } from "./backoff.ts";
import type { paths } from "./contract.gen.ts";
import { errorFrom, isAbort, NewFeedError, networkError } from "./errors.ts";
import type { Session } from "./session.ts";

export interface Http {
  /** Typed by the contract. Rejects with `NewFeedError` when there was no answer. */
  api: Client<paths>;
  /** An exchange that `fetch` cannot do; see `Exchange`. */
  exchange(exchange: Exchange): Promise<Response>;
  fetch: typeof globalThis.fetch;
  withCookies: boolean;
}

/**
 * A request with the session's token: sent once more with a renewed one after a 401, and again after a temporary failure
 * where sending twice has the effect of sending once.
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
  session: Session;
}

const tries = 3;
/** Longer waits are left to the caller. */
const longestWaitMs = 5_000;
const passes = new Set([502, 503, 504]);
/** Requests that need no session: a 401 is their answer. */
const entrances = /\/api\/auth\/(signup|login|login\/second-factor|login\/passkey|refresh|validate|external-sign-in|password\/(forgot|reset)|email\/verify)$/;
/** Writes without a key that are idempotent. */
const idempotentPosts = /\/(like|follow|block|read-all|upload\/direct\/[^/]+\/complete)$/;

function maySendTwice({ method, url, headers }: Request): boolean {
  const { pathname } = new URL(url);
  if (pathname.startsWith("/api/auth/")) return method === "GET";
  return method !== "POST" || headers.has("idempotency-key") || idempotentPosts.test(pathname);
}

/** A refusal that a renewed token may solve, rather than a wrong password. */
async function asksForRenewal(response: Response): Promise<boolean> {
  if (response.status !== 401 && response.status !== 403) return false;
  const { code } = errorFrom(response.status, await response.clone().text(), null);
  // The address may have been verified meanwhile, on another device.
  return code === "unauthenticated" || code === "token_expired" || code === "email_unverified";
}

/** The first attempt of the same request is still being answered. */
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
          // A renewal that fails for now says less than the refusal.
          const again = session.renew(stamp).catch((error: unknown) => {
            if (response.status === 401) throw error;
            return false;
          });
          if (await again) continue;
          return response;
        }
        // Deleted by the previous attempt, whose answer got lost.
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

/** The body of an answer. Throws a `NewFeedError` for one that is no success, or that breaks off. */
export async function unwrap<T>(call: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await call.catch((failure: unknown) => {
    throw failure instanceof NewFeedError || isAbort(failure) ? failure : networkError(failure);
  });
  if (response.ok) return data as T;
  throw errorFrom(response.status, typeof error === "string" ? error : JSON.stringify(error ?? null), response.headers.get("retry-after"));
}
