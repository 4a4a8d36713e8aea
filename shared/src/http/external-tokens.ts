import { Problem } from "../contracts/errors.ts";
import type { RouteInput, RouteResult } from "../contracts/route.ts";
import type { externalTokenInternalRoutes } from "../contracts/routes/external-tokens.ts";
import type { Limiter } from "../ports/limiter.ts";
import type { ApiTokenMetrics } from "../ports/metrics.ts";
import type { Presenter, TokenClaims } from "../ports/tokens.ts";
import { createExternalVerifier, type ExternalClaims, type ExternalIssuer, issuerOf } from "./external-verifier.ts";
import type { FetchKeys } from "./remote-keys.ts";
import type { Revocations } from "./revocations.ts";

type ExternalSessionRoute = typeof externalTokenInternalRoutes.externalSession;
type ExternalSession = NonNullable<RouteResult<ExternalSessionRoute>["session"]>;

/** Access tokens of an issuer elsewhere. */
export interface ExternalTokens {
  /** Whether a token claims to be of that issuer. */
  claims(token: string): boolean;
  /**
   * Throws `unauthenticated`, `token_expired`, `provider_unavailable` while the issuer's keys cannot be had, `rate_limited`, and
   * for a user without an account what keeps it from being created: `registration_closed`, `invite_invalid`, `approval_pending`.
   */
  verify(token: string, presenter: Presenter): Promise<TokenClaims>;
}

export interface ExternalTokensOptions {
  issuer: ExternalIssuer;
  /** The keys of the issuer. Throws `provider_unavailable`. */
  fetchKeys: FetchKeys;
  /** Asks auth-service which session a token stands for; it creates the account at first sight. */
  findSession: (body: RouteInput<ExternalSessionRoute>["body"]) => Promise<RouteResult<ExternalSessionRoute>>;
  limiter: Pick<Limiter, "consume" | "refund">;
  metrics: ApiTokenMetrics;
  revocations: Pick<Revocations, "has">;
}

/** A token that was verified. */
interface Verified {
  claims: ExternalClaims;
  /** Of the session that it stands for. */
  key: string;
  at: number;
  /** That session has ended: the token opens none again. */
  isRefused?: true;
}

interface Known {
  session: ExternalSession;
  /** The latest proof that is noted there. */
  provedAt: number;
  at: number;
}

/** The key that signed a token may be withdrawn: it is verified again after this. */
const verifiedForMs = 600_000;
/** As for API tokens (`api-tokens.ts`). */
const [renewAfterMs, goodForMs] = [60_000, 300_000];
const cached = 10_000;

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  // The oldest goes first; a Map keeps its keys in order of insertion.
  if (map.size >= cached) map.delete(map.keys().next().value as string);
  map.set(key, value);
}

const ended = () => new Problem("unauthenticated", { message: "This session has ended; sign in again." });

/**
 * Verifies tokens of an issuer elsewhere (signature, algorithm, issuer, audience, times), and keeps which session of ours each
 * stands for (docs/decisions/0072-tokens-from-elsewhere.md): auth-service is asked once a minute for a session that is in use,
 * and no call waits for that but the first. Callers check revocations themselves, after this. Look-ups that find none count against their network.
 */
export function createExternalTokens({ issuer, fetchKeys, findSession, limiter, metrics, revocations }: ExternalTokensOptions): ExternalTokens {
  const verify = createExternalVerifier(issuer, fetchKeys);
  const tokens = new Map<string, Verified>();
  const sessions = new Map<string, Known>();
  const pending = new Map<string, Promise<ExternalSession | null>>();

  async function verified(token: string): Promise<Verified> {
    const known = tokens.get(token);
    if (known && Date.now() - known.at < verifiedForMs) return known;
    const claims = await verify(token);
    const entry: Verified = { claims, key: JSON.stringify([claims.subject, claims.sid]), at: Date.now() };
    remember(tokens, token, entry);
    return entry;
  }

  async function fetchSession({ claims: { expiresAt: _, issuedAt, provedAt, ...user }, key }: Verified, presenter: Presenter): Promise<ExternalSession | null> {
    const token = { ...user, issuedAt: issuedAt.toISOString(), provedAt: provedAt?.toISOString() ?? null };
    const { session } = await findSession({ token, presenter });
    const before = sessions.get(key);
    sessions.delete(key);
    if (!session) return null;
    const earlier = before?.session.id === session.id ? before.provedAt : 0;
    remember(sessions, key, { session, provedAt: Math.max(earlier, provedAt?.getTime() ?? 0), at: Date.now() });
    return session;
  }

  /** One look-up of a token at a time. */
  function once(token: string, find: () => Promise<ExternalSession | null>): Promise<ExternalSession | null> {
    const begun = pending.get(token);
    if (begun) return begun;
    const finding = find().finally(() => pending.delete(token));
    pending.set(token, finding);
    return finding;
  }

  async function counted(entry: Verified, presenter: Presenter): Promise<ExternalSession | null> {
    const { network } = presenter;
    const { allowed, resetMs } = await limiter.consume("unknownToken", network);
    if (!allowed) {
      metrics.lookedUp("limited");
      throw new Problem("rate_limited", { retryAfter: resetMs / 1000, internal: "limit unknownToken" });
    }
    const session = await fetchSession(entry, presenter).catch(async (error: unknown) => {
      // What is not the token's fault takes no point.
      if (!(error instanceof Problem) || error.status >= 500) await limiter.refund("unknownToken", network);
      throw error;
    });
    metrics.lookedUp(session ? "found" : "unknown");
    if (session) await limiter.refund("unknownToken", network);
    else entry.isRefused = true;
    return session;
  }

  return {
    claims: (token) => tokens.has(token) || issuerOf(token) === issuer.issuer,
    async verify(token, presenter) {
      const entry = await verified(token);
      const { expiresAt, issuedAt, provedAt } = entry.claims;
      if (expiresAt.getTime() <= Date.now()) throw new Problem("token_expired");
      if (entry.isRefused) throw ended();
      const claimsOf = ({ id, userId, username, roles, unverified }: ExternalSession): TokenClaims => ({
        ...{ userId, sessionId: id, username, roles, unverified },
        ...{ expiresAt, audience: "newfeed" },
      });
      const hit = sessions.get(entry.key);
      const age = hit ? Date.now() - hit.at : Number.POSITIVE_INFINITY;
      // A token that was issued since a session ended may open another one, and a newer proof is to be noted.
      if (hit && age < goodForMs && (provedAt?.getTime() ?? 0) <= hit.provedAt && !revocations.has(hit.session.id)) {
        const { refusedUntil } = hit.session;
        if (refusedUntil !== null && issuedAt.getTime() <= Date.parse(refusedUntil)) throw ended();
        // While auth-service is away, what is known stays good for a while.
        if (age >= renewAfterMs) once(token, () => fetchSession(entry, presenter)).catch(() => {});
        return claimsOf(hit.session);
      }
      const session = await once(token, () => counted(entry, presenter));
      if (!session) throw ended();
      return claimsOf(session);
    },
  };
}
