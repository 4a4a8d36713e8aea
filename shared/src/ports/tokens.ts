import type { TokenScope } from "../contracts/account-dto.ts";
import type { SessionId, UserId } from "../contracts/ids.ts";

/** What a token is for: calls, or only opening sockets and event streams. */
export type TokenAudience = "newfeed" | "stream";

/** The user and session that a token names. */
export interface TokenClaims {
  userId: UserId;
  /** Of an API token: its own id, which is revoked like a session. */
  sessionId: SessionId;
  username: string;
  roles: string[];
  /** The account has to verify its address first. */
  unverified?: boolean | undefined;
  /** Of an API token: what it allows. */
  scopes?: readonly TokenScope[] | undefined;
  expiresAt: Date;
  audience: TokenAudience;
}

/** Signs a token that ends at `expiresAt`. */
export type SignToken = (audience: TokenAudience, claims: Omit<TokenClaims, "expiresAt" | "audience" | "scopes">, expiresAt: Date) => Promise<string>;

/** An issuer elsewhere whose access tokens are accepted beside ours. */
export interface IdentityIssuer {
  /** As its tokens say it (`iss`). */
  issuer: string;
  jwksUrl: string;
  /** What its tokens for this installation are issued for (`aud`). */
  audience: string;
}

/** Where a token comes from. */
export interface Presenter {
  /** As limits count it. */
  network: string;
  address: string;
  userAgent: string;
}

/** Throws `token_expired` or `unauthenticated`. */
export type TokenVerifier = (token: string, audiences: readonly TokenAudience[]) => Promise<TokenClaims>;
