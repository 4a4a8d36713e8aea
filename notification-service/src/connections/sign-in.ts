import type { IncomingMessage } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId } from "@newfeed/shared/contracts/ids.ts";
import type { LimitName } from "@newfeed/shared/contracts/limits.ts";
import { type AddressOf, presenterOf } from "@newfeed/shared/http/address.ts";
import type { Verifiers } from "@newfeed/shared/http/bearer-tokens.ts";
import { sessionCookieOf } from "@newfeed/shared/http/cookies.ts";
import { isTrustedOrigin, type TrustedOrigins } from "@newfeed/shared/http/origin.ts";
import type { Revocations } from "@newfeed/shared/http/revocations.ts";
import { requireScope } from "@newfeed/shared/ports/call.ts";
import type { Limiter, LimitState } from "@newfeed/shared/ports/limiter.ts";
import { networkOf } from "@newfeed/shared/ports/network.ts";
import type { Presenter, TokenClaims } from "@newfeed/shared/ports/tokens.ts";
import type { EventRates } from "./event-rates.ts";
import { asksAsVisitor, visitorFrom } from "./visitors.ts";

export interface SignInOptions extends Verifiers {
  revocations: Pick<Revocations, "has">;
  /** Asks auth-service: a stream token lives longer than revocations are kept here. */
  isSessionActive: (sessionId: SessionId) => Promise<boolean>;
  limiter: Pick<Limiter, "consume" | "refund">;
  eventRates: Pick<EventRates, "waitOf">;
  origins: TrustedOrigins;
  addressOf: AddressOf;
}

/** A client that opens a connection. */
export interface SignedIn extends TokenClaims {
  /** The network that it comes from, as limits count it. */
  network: string;
}

/** A token as it came: what a browser sends by itself is of ours. */
interface Presented {
  token: string;
  isCookie?: boolean;
}

/** Who a request is from, as far as it tells itself: a user, a visitor (whose token may follow), one who asks for no more than that, or a visitor beyond the limit. */
export type Caller = { is: "user" } | { is: "visitor" | "admitted visitor" | "limited"; limit: LimitState };

/** Told of each limit that a request counted towards, for the headers of its answer. */
export type OnLimit = (name: LimitName, state: LimitState) => void;

/** Authenticates clients that open a connection. They do not pass the gateway, so all of its checks are made here. */
export interface SignIn {
  /** Before anything is done for a connection: a request without a valid token counts as a visitor's, by its network. */
  callerOf(request: IncomingMessage): Promise<Caller>;
  /** By the token of a handshake, a Bearer header, or a cookie; or as a visitor, who asks for it. Throws `unauthenticated`, `token_expired`, `cross_origin`, `rate_limited`. */
  open(request: IncomingMessage, token: string | undefined, onLimit?: OnLimit): Promise<SignedIn>;
  /** The same for a call about an open connection, which takes no point of the user's limit. */
  identify(request: IncomingMessage, onLimit?: OnLimit): Promise<TokenClaims>;
  /** By a token alone, of a client from this network. */
  check(token: string, network: string): Promise<TokenClaims>;
  /** To be called when a connection is added: the end of a session is signalled to the connections of that moment. Throws `unauthenticated`. */
  requireOngoing(claims: TokenClaims): void;
}

const ended = () => new Problem("unauthenticated", { message: "This session has ended; sign in again." });
/** A token can name an issuer that does not answer: it counts as none. */
const isRefusal = (error: unknown) => error instanceof Problem && (error.status === 401 || error.status === 403 || error.code === "provider_unavailable");

function requireAllowed({ allowed, resetMs }: LimitState): void {
  if (!allowed) throw new Problem("rate_limited", { retryAfter: resetMs / 1000 });
}

export function createSignIn({ verifyBearer, verifyCookie, revocations, isSessionActive, limiter, eventRates, origins, addressOf }: SignInOptions): SignIn {
  /** Requests that count as a visitor's so far, and where that left the visitor. */
  const visitors = new WeakMap<IncomingMessage, Promise<LimitState>>();

  async function claimsOf({ token, isCookie = false }: Presented, presenter: () => Presenter): Promise<TokenClaims> {
    if (token.length > 4_096) throw new Problem("unauthenticated");
    const claims = await (isCookie ? verifyCookie(token, ["newfeed", "stream"]) : verifyBearer(token, ["newfeed", "stream"], presenter));
    requireOngoing(claims);
    requireScope(claims, "read");
    return claims;
  }

  async function check(presented: Presented, presenter: () => Presenter): Promise<TokenClaims> {
    const claims = await claimsOf(presented, presenter);
    if (claims.audience === "stream" && !(await isSessionActive(claims.sessionId))) throw ended();
    return claims;
  }

  function requireOngoing({ sessionId }: TokenClaims): void {
    if (revocations.has(sessionId)) throw ended();
  }

  function tokenOf(request: IncomingMessage): Presented | undefined {
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (bearer) return { token: bearer };
    // The stream token outlives the access token, for pages that stay open.
    const cookie = sessionCookieOf(request, "stream_token") ?? sessionCookieOf(request, "access_token");
    if (cookie && !isTrustedOrigin(request, origins)) throw new Problem("cross_origin");
    return cookie === undefined ? undefined : { token: cookie, isCookie: true };
  }

  /** Whether the request itself shows who asks; a client of Socket.IO shows it after its handshake. */
  async function presentsUser(request: IncomingMessage): Promise<boolean> {
    try {
      const presented = tokenOf(request);
      if (presented) await claimsOf(presented, () => presenterOf(request, addressOf));
      return presented !== undefined;
    } catch (error) {
      // Another failure is met again, and answered, where the connection is opened.
      return !isRefusal(error);
    }
  }

  const networkOfRequest = (request: IncomingMessage) => networkOf(addressOf(request));

  function countVisitor(request: IncomingMessage): Promise<LimitState> {
    const state = visitors.get(request) ?? limiter.consume("anonymous", networkOfRequest(request));
    visitors.set(request, state);
    return state;
  }

  function requireQuiet({ userId }: TokenClaims): void {
    const wait = eventRates.waitOf(userId);
    if (wait > 0) throw new Problem("rate_limited", { retryAfter: wait });
  }

  async function openForVisitor(request: IncomingMessage, onLimit: OnLimit): Promise<SignedIn> {
    const state = await countVisitor(request);
    onLimit("anonymous", state);
    requireAllowed(state);
    const visitor = visitorFrom(networkOfRequest(request));
    requireQuiet(visitor);
    return visitor;
  }

  /** A request whose token is refused counts as a visitor's. */
  async function countedRefusal(request: IncomingMessage, error: unknown, onLimit: OnLimit): Promise<unknown> {
    if (isRefusal(error)) {
      const state = await countVisitor(request);
      onLimit("anonymous", state);
      requireAllowed(state);
    }
    return error;
  }

  return {
    check: (token, network) => check({ token }, () => ({ network, address: network, userAgent: "" })),
    requireOngoing,
    async callerOf(request) {
      const asked = asksAsVisitor(request);
      if (!asked && (await presentsUser(request))) return { is: "user" };
      const limit = await countVisitor(request);
      return { is: !limit.allowed ? "limited" : asked ? "admitted visitor" : "visitor", limit };
    },
    async open(request, handshakeToken, onLimit = () => {}) {
      if (asksAsVisitor(request)) return openForVisitor(request, onLimit);
      try {
        const presented = handshakeToken === undefined ? tokenOf(request) : { token: handshakeToken };
        if (!presented) throw new Problem("unauthenticated");
        const network = networkOfRequest(request);
        const claims = await check(presented, () => presenterOf(request, addressOf));
        const [state] = await Promise.all([limiter.consume("signedIn", claims.userId), visitors.delete(request) && limiter.refund("anonymous", network)]);
        onLimit("signedIn", state);
        requireAllowed(state);
        requireQuiet(claims);
        return { ...claims, network };
      } catch (error) {
        throw await countedRefusal(request, error, onLimit);
      }
    },
    async identify(request, onLimit = () => {}) {
      if (asksAsVisitor(request)) return visitorFrom(networkOfRequest(request));
      try {
        const presented = tokenOf(request);
        if (!presented) throw new Problem("unauthenticated");
        return await check(presented, () => presenterOf(request, addressOf));
      } catch (error) {
        throw await countedRefusal(request, error, onLimit);
      }
    },
  };
}
