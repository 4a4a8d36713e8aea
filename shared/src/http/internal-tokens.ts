import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { TokenScope } from "../contracts/account-dto.ts";
import type { SessionId, UserId } from "../contracts/ids.ts";

/** The identity of a request, as the gateway or a calling service vouches for it. */
export interface Claims {
  /** User id; absent for visitors and for services. */
  sub?: UserId;
  /** Session id. */
  sid?: SessionId;
  roles?: string[];
  /** The account has to verify its address first. */
  unverified?: true;
  /** What the API token that the call came with allows. */
  scopes?: readonly TokenScope[];
  /** Name of the calling service, on internal calls. */
  svc?: string;
}

export const internalTokenHeader = "x-service-token";
const lifetimeMs = 60_000;
/** A token is reused this long: two thirds of its lifetime are left then, for slow calls. */
const reusedMs = 20_000;
const cached = 10_000;

/** Mints and checks the one-minute tokens that services accept. A token is valid for one audience only. */
export interface InternalTokens {
  mint(audience: string, claims: Claims): string;
  /** Undefined when forged, expired, or meant for another service. */
  verify(audience: string, token: string): Claims | undefined;
}

/**
 * `<base64url JSON>.<base64url HMAC-SHA256>` with a key per audience, derived by HKDF (RFC 5869) from the master secret:
 * a token that one service received is useless at another. Minted tokens are reused for a while, and verified ones cached
 * until they expire: an HMAC costs 5 to 10 µs on either side, and calls of one session come in bursts.
 */
export function createInternalTokens(master: string): InternalTokens {
  const keys = new Map<string, Buffer>();
  const keyOf = (audience: string) => {
    let key = keys.get(audience);
    if (!key) {
      key = Buffer.from(hkdfSync("sha256", master, "newfeed", `internal-token:${audience}`, 32));
      keys.set(audience, key);
    }
    return key;
  };
  const minted = createCache<string>();
  const verified = createCache<Claims>();
  const sign = (audience: string, payload: string) => createHmac("sha256", keyOf(audience)).update(payload).digest();

  return {
    mint(audience, claims) {
      const key = `${audience} ${JSON.stringify(claims)}`;
      const now = Date.now();
      const known = minted.get(key, now);
      if (known) return known;
      const payload = Buffer.from(JSON.stringify({ ...claims, exp: now + lifetimeMs })).toString("base64url");
      return minted.keep(key, `${payload}.${sign(audience, payload).toString("base64url")}`, now, now + reusedMs);
    },
    verify(audience, token) {
      const key = `${audience} ${token}`;
      const now = Date.now();
      const known = verified.get(key, now);
      if (known) return known;
      const [payload, signature] = token.split(".");
      if (!payload || !signature) return undefined;
      const given = Buffer.from(signature, "base64url");
      const wanted = sign(audience, payload);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
      const { exp, ...claims } = JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims & { exp: number };
      return exp > now ? verified.keep(key, claims, now, exp) : undefined;
    },
  };
}

/**
 * At most `cached` values, each valid from now until a moment (a clock that is set back extends none). The oldest is
 * evicted first: a Map keeps its keys in order of insertion.
 */
function createCache<T>() {
  const entries = new Map<string, { value: T; from: number; until: number }>();
  return {
    get(key: string, now: number): T | undefined {
      const entry = entries.get(key);
      return entry && entry.from <= now && now < entry.until ? entry.value : undefined;
    },
    keep(key: string, value: T, from: number, until: number): T {
      // Inserted again, it is the newest.
      entries.delete(key);
      if (entries.size >= cached) entries.delete(entries.keys().next().value as string);
      entries.set(key, { value, from, until });
      return value;
    },
  };
}
