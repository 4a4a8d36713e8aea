import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** Who a request is from, as the gateway (or a calling service) vouches for it. */
export interface Claims {
  /** User id; absent for a visitor who is not signed in, and for services. */
  sub?: string;
  /** Session id. */
  sid?: string;
  roles?: string[];
  /** Name of the calling service, on internal calls. */
  svc?: string;
}

export const internalTokenHeader = "x-service-token";
const lifetimeMs = 60_000;
/** For so long an internal token is given again: two thirds of its life are left then, for whoever is slow. */
const reusedMs = 20_000;
const remembered = 10_000;

/** Mints and checks the one-minute tokens that services accept. A token is good for one audience only. */
export interface InternalTokens {
  mint(audience: string, claims: Claims): string;
  /** Undefined when forged, expired, or meant for another service. */
  verify(audience: string, token: string): Claims | undefined;
}

/**
 * `<base64url JSON>.<base64url HMAC-SHA256>` with a key per audience, derived by HKDF (RFC 5869) from the master secret:
 * what one service received is of no use at another. What was minted is given again for a while, and what was verified is
 * remembered until it expires: an HMAC costs 5 to 10 µs on either side, and calls of one session come in flocks.
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
  const minted = createMemory<string>();
  const verified = createMemory<Claims>();
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
 * Values that are good from now until a moment (a clock that is set back makes none older than it is), `remembered` at
 * most: the oldest goes first, since a Map keeps its keys in order of insertion.
 */
function createMemory<T>() {
  const entries = new Map<string, { value: T; from: number; until: number }>();
  return {
    get(key: string, now: number): T | undefined {
      const entry = entries.get(key);
      return entry && entry.from <= now && now < entry.until ? entry.value : undefined;
    },
    keep(key: string, value: T, from: number, until: number): T {
      // Inserted anew, it is the youngest.
      entries.delete(key);
      if (entries.size >= remembered) entries.delete(entries.keys().next().value as string);
      entries.set(key, { value, from, until });
      return value;
    },
  };
}
