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

export const passportHeader = "x-service-token";
const lifetimeMs = 60_000;

/** Mints and checks the one-minute tokens that services accept. A token is good for one audience only. */
export interface Passports {
  mint(audience: string, claims: Claims): string;
  /** Undefined when forged, expired, or meant for another service. */
  verify(audience: string, token: string): Claims | undefined;
}

/**
 * `<base64url JSON>.<base64url HMAC-SHA256>` with a key per audience, derived by HKDF (RFC 5869) from the master secret:
 * what one service received is of no use at another. Symmetric because it is checked on every request (about 5 µs).
 */
export function createPassports(master: string): Passports {
  const keys = new Map<string, Buffer>();
  const keyOf = (audience: string) => {
    let key = keys.get(audience);
    if (!key) {
      key = Buffer.from(hkdfSync("sha256", master, "newfeed", `passport:${audience}`, 32));
      keys.set(audience, key);
    }
    return key;
  };
  const sign = (audience: string, payload: string) => createHmac("sha256", keyOf(audience)).update(payload).digest();

  return {
    mint(audience, claims) {
      const payload = Buffer.from(JSON.stringify({ ...claims, exp: Date.now() + lifetimeMs })).toString("base64url");
      return `${payload}.${sign(audience, payload).toString("base64url")}`;
    },
    verify(audience, token) {
      const [payload, signature] = token.split(".");
      if (!payload || !signature) return undefined;
      const given = Buffer.from(signature, "base64url");
      const wanted = sign(audience, payload);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
      const { exp, ...claims } = JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims & { exp: number };
      return exp > Date.now() ? claims : undefined;
    },
  };
}
