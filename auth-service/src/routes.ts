import type { RegistrationPolicy } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { authInternalRoutes, authRoutes } from "@newfeed/shared/contracts/routes/auth.ts";
import { cleanLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { cookieName, cookiesOf, type SessionCookie, sessionCookieOf } from "@newfeed/shared/http/cookies.ts";
import type { ExternalTokens } from "@newfeed/shared/http/external-tokens.ts";
import { type HttpCall, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import { endedSessionsHeader, endedSessionsValue } from "@newfeed/shared/http/revocations.ts";
import type { TokenSigner } from "@newfeed/shared/http/tokens.ts";
import { hashOfApiToken, isApiToken, looksLikeApiToken } from "@newfeed/shared/ports/api-tokens.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import { networkOf } from "@newfeed/shared/ports/network.ts";
import type { TokenVerifier } from "@newfeed/shared/ports/tokens.ts";
import type { CookieOptions, Express } from "express";
import { accountOf, deleteAccount, logIn, logOut, signUp } from "./accounts.ts";
import { toLogin } from "./external-logins/links.ts";
import { addExternalLoginRoutes } from "./external-logins/routes.ts";
import type { ExternalSignIn } from "./external-logins/sign-in.ts";
import { addExternalTokenRoutes, type ExternalTokenSource } from "./external-tokens/routes.ts";
import type { Guard } from "./login-guard.ts";
import { addOthersSessionRoutes } from "./others-sessions/routes.ts";
import type { PasskeyChallenges } from "./passkeys/challenges.ts";
import type { PasskeyChecks } from "./passkeys/checks.ts";
import { toPasskey } from "./passkeys/passkeys.ts";
import { addPasskeyRoutes } from "./passkeys/routes.ts";
import type { WebAuthn } from "./passkeys/webauthn.ts";
import type { Passwords } from "./passwords.ts";
import { addRecoveryRoutes, languageIn } from "./recovery/routes.ts";
import { addRegistrationRoutes } from "./registration/routes.ts";
import type { Codes } from "./second-factor/codes.ts";
import { addSecondFactorRoutes } from "./second-factor/routes.ts";
import type { SecretBox } from "./second-factor/secrets.ts";
import { accessTokenSeconds, endSessions, refresh, type SignedIn, type TokenIssuer, toSession } from "./sessions.ts";
import { addStepUpRoutes, askerOf } from "./step-up/routes.ts";
import { type Store, toAccount } from "./store.ts";
import { addTokenRoutes } from "./tokens/routes.ts";
import { claimsOfToken, toApiToken } from "./tokens/tokens.ts";

export interface AuthRoutesOptions {
  store: Store;
  passwords: Passwords;
  issuer: TokenIssuer;
  /** The public half of what access tokens are signed with. */
  keySet: TokenSigner["keySet"];
  verify: TokenVerifier;
  /** Null where no issuer elsewhere is set up. */
  externalTokens: ExternalTokens | null;
  externalTokenSource: ExternalTokenSource;
  guard: Guard;
  limiter: Pick<Limiter, "reset">;
  /** Of new passwords, in characters. */
  passwordMinLength: number;
  registration: RegistrationPolicy;
  /** Where the web client is. */
  siteUrl: string;
  externalSignIn: Omit<ExternalSignIn, "store">;
  siteName: string;
  /** Of second factors. */
  box: SecretBox;
  codes: Codes;
  passkeys: PasskeyChecks;
  /** Null where there are no passkeys. */
  webAuthn: WebAuthn | null;
  challenges: PasskeyChallenges;
  secureCookies: boolean;
  /** Mails reach mailboxes. */
  mailReaches: boolean;
  /** Throws `conflict` for a user who is not suspended, or has appealed. */
  sendAppeal: (userId: UserId, text: string) => Promise<void>;
}

/** How far back `/internal/revocations` reaches again: transactions commit out of order, and may take ten seconds. */
const revocationOverlapMs = 15_000;

const envelope = <T>(message: string, data: T) => ({ success: true as const, message, data });

export function authServiceRoutes(
  app: Express,
  {
    store,
    passwords,
    issuer,
    keySet,
    verify,
    externalTokens,
    externalTokenSource,
    guard,
    limiter,
    passwordMinLength,
    registration,
    siteUrl,
    externalSignIn,
    siteName,
    box,
    codes,
    passkeys,
    webAuthn,
    challenges,
    secureCookies,
    mailReaches,
    sendAppeal,
  }: AuthRoutesOptions,
): void {
  const proof = { store, passwords, guard, codes, passkeys };
  const cookie: CookieOptions = { httpOnly: true, sameSite: "lax", secure: secureCookies };
  const cookies: Record<SessionCookie, CookieOptions> = { access_token: cookie, refresh_token: { ...cookie, path: "/api/auth" }, stream_token: cookie };
  const deviceOf = ({ request, address }: HttpCall) => ({ userAgent: cleanLine(request.headers["user-agent"] ?? ""), address });

  function setCookie({ request, response }: HttpCall, name: SessionCookie, value: string, lifetime: CookieOptions) {
    response.cookie(cookieName(name, secureCookies), value, { ...cookies[name], ...lifetime });
    clearOtherCookie({ request, response }, name);
  }
  /** A session's from before `COOKIE_SECURE` was changed, which would be sent beside the new one. */
  function clearOtherCookie({ request, response }: Pick<HttpCall, "request" | "response">, name: SessionCookie) {
    const other = cookieName(name, !secureCookies);
    if (cookiesOf(request).has(other)) response.clearCookie(other, { ...cookies[name], secure: !secureCookies });
  }
  function signedIn({ account, session, tokens, streamToken }: SignedIn, message: string, call: HttpCall) {
    const untilSessionEnds = { expires: session.expiresAt };
    setCookie(call, "access_token", tokens.accessToken, { maxAge: accessTokenSeconds * 1000 });
    setCookie(call, "refresh_token", tokens.refreshToken, untilSessionEnds);
    setCookie(call, "stream_token", streamToken, untilSessionEnds);
    return envelope(message, { user: toAccount(account, issuer.requireVerifiedEmail), tokens });
  }
  const tellEnded = (sessions: readonly SessionId[], { response }: HttpCall) => response.setHeader(endedSessionsHeader, endedSessionsValue(sessions));
  function clearCookies({ request, response }: HttpCall) {
    for (const name of Object.keys(cookies) as SessionCookie[]) {
      response.clearCookie(cookieName(name, secureCookies), cookies[name]);
      clearOtherCookie({ request, response }, name);
    }
  }

  implement(app, authRoutes, {
    signup: overHttp(async ({ body }, call) =>
      signedIn(
        await signUp({ store, passwords, issuer, registration, passwordMinLength, mailReaches }, body, deviceOf(call), languageIn(call)),
        "Welcome to NewFeed.",
        call,
      ),
    ),
    login: overHttp(async ({ body }, call) =>
      signedIn(await logIn({ store, passwords, issuer, guard, codes }, body.email, body.password, deviceOf(call)), "Signed in.", call),
    ),
    appealSuspension: overHttp(async ({ body: { email = "", password = "", token, text } }, call) => {
      const userId =
        token === undefined ? await accountOf({ store, passwords, guard }, email, password, deviceOf(call).address) : issuer.appealTokens.open(token);
      if (userId === null) throw new Problem("invalid_credentials", { message: "Sign in again, and then appeal.", internal: "no token of an appeal" });
      await sendAppeal(userId, text);
      return envelope("Another moderator will look at it.", null);
    }),
    refresh: overHttp(async ({ body }, call) => {
      const token = body.refreshToken ?? sessionCookieOf(call.request, "refresh_token");
      if (!token) throw new Problem("refresh_invalid", { internal: "no refresh token" });
      const outcome = await refresh(store, issuer, token, call.address);
      if ("account" in outcome) return signedIn(outcome, "Refreshed.", call);
      tellEnded([outcome.reused], call);
      throw new Problem("refresh_invalid", { internal: "a refresh token was used twice" });
    }),
    logout: overHttp(async (_input, call) => {
      tellEnded(await logOut(store, call.user.userId, call.user.sessionId), call);
      clearCookies(call);
      return envelope("Signed out.", null);
    }),
    me: async (_input, call) => {
      const account = await store.accountById(call.user.userId);
      if (!account) throw new Problem("unauthenticated", { internal: "the account is gone" });
      return envelope("The signed-in account.", { user: toAccount(account, issuer.requireVerifiedEmail) });
    },
    deleteMe: overHttp(async ({ body }, call) => {
      tellEnded(await deleteAccount(proof, askerOf(call), body.password), call);
      clearCookies(call);
      return envelope("The account is deleted.", null);
    }),
    passwordRules: async () => envelope("What a new password needs.", { minLength: passwordMinLength, maxLength: lengths.password.max }),
    validate: async ({ body }, { address = "" }) => {
      if (looksLikeApiToken(body.token)) {
        const token = isApiToken(body.token) && (await claimsOfToken(store, hashOfApiToken(body.token), issuer.requireVerifiedEmail ?? false));
        if (!token) return envelope("The token is not valid.", { valid: false });
        const { id, userId, username, roles, scopes, expiresAt } = token;
        return envelope("The token is valid.", { valid: true, userId, username, sessionId: id, roles, scopes, expiresAt });
      }
      try {
        const claims = await (externalTokens?.claims(body.token)
          ? externalTokens.verify(body.token, { network: networkOf(address), address, userAgent: "" })
          : verify(body.token, ["newfeed"]));
        if (!(await store.sessionIsActive(claims.sessionId))) return envelope("The token's session has ended.", { valid: false });
        const { userId, username, sessionId, roles, expiresAt } = claims;
        return envelope("The token is valid.", { valid: true, userId, username, sessionId, roles, expiresAt: expiresAt.toISOString() });
      } catch (error) {
        if (error instanceof Problem && (error.status === 401 || error.status === 403)) return envelope("The token is not valid.", { valid: false });
        throw error;
      }
    },
    listSessions: async (_input, { user }) => {
      const sessions = await store.sessionsOf(user.userId);
      return envelope("The signed-in devices.", { sessions: sessions.map((session) => toSession(session, user.sessionId)) });
    },
    revokeSession: overHttp(async ({ params }, call) => {
      const ended = await store.transaction((operations) => endSessions(operations, call.user.userId, { id: params.id }));
      if (ended.length === 0) throw new Problem("not_found");
      tellEnded(ended, call);
      return envelope("The device is signed out.", null);
    }),
    jwks: overHttp(async (_input, { response }) => {
      response.setHeader("cache-control", "public, max-age=300");
      return { keys: keySet.keys.map((key) => ({ ...key })) };
    }),
  });

  addRegistrationRoutes(app, { store, registration, providers: externalSignIn.providers, rpId: webAuthn?.rpId ?? null, siteUrl });
  addExternalLoginRoutes(app, { ...proof, issuer, registration, secureCookies, signIn: externalSignIn, deviceOf, signedIn });
  addRecoveryRoutes(app, { ...proof, limiter, passwordMinLength });
  addStepUpRoutes(app, proof);
  addSecondFactorRoutes(app, { ...proof, box, siteName, issuer, deviceOf, signedIn });
  addPasskeyRoutes(app, { ...proof, webAuthn, challenges, issuer, deviceOf, signedIn });
  addExternalTokenRoutes(app, externalTokenSource);
  addOthersSessionRoutes(app, { store, tellEnded });
  addTokenRoutes(app, { ...proof, requireVerifiedEmail: issuer.requireVerifiedEmail ?? false, tellEnded });

  implement(app, authInternalRoutes, {
    revocations: async ({ query }) => {
      const now = Date.now();
      const since = query.after ? new Date(query.after) : new Date(now - (accessTokenSeconds + 60) * 1000);
      const rows = await store.revocationsSince(since);
      return {
        revocations: rows.map((row) => ({ sessionId: row.sessionId, revokedAt: row.revokedAt.toISOString() })),
        next: new Date(now - revocationOverlapMs).toISOString(),
      };
    },
    sessionActive: async ({ params }) => ({ active: await store.sessionIsActive(params.id) }),
    mailboxes: async ({ body }) => ({ mailboxes: await store.mailboxesOf(body.ids) }),
    accounts: async ({ body }) => {
      const rows = await store.accountsBy(body.ids, body.usernames);
      return { accounts: rows.map(({ id, username, fullName, createdAt }) => ({ id, username, fullName, createdAt: createdAt.toISOString() })) };
    },
    accountRoles: async ({ params }) => ({ roles: (await store.accountById(params.id))?.roles ?? [] }),
    accountExport: async ({ params }) => {
      const { id } = params;
      const [account, sessions, tokens, logins, ownPasskeys] = await Promise.all([
        store.accountById(id),
        store.sessionsOf(id),
        store.tokensOf(id),
        store.externalLoginsOf(id),
        store.passkeysOf(id),
      ]);
      return {
        account: account && toAccount(account, issuer.requireVerifiedEmail),
        sessions: sessions.map((session) => toSession(session, null)),
        apiTokens: tokens.map(toApiToken),
        externalLogins: logins.map(toLogin),
        passkeys: ownPasskeys.map(toPasskey),
      };
    },
  });
}
