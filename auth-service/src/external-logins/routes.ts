import type { RegistrationPolicy } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { RouteResponse } from "@newfeed/shared/contracts/route.ts";
import { externalLoginRoutes } from "@newfeed/shared/contracts/routes/external-logins.ts";
import { cookiesOf } from "@newfeed/shared/http/cookies.ts";
import { answered, type HttpCall, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import type { CookieOptions, Express } from "express";
import { languageIn } from "../recovery/routes.ts";
import type { Device, SignedIn, TokenIssuer } from "../sessions.ts";
import { askerOf } from "../step-up/routes.ts";
import { requireRecentProof, type StepUpOptions } from "../step-up/step-up.ts";
import type { Store } from "../store.ts";
import { attemptMinutes } from "./attempt.ts";
import { toLogin, unlinkLogin } from "./links.ts";
import { begin, complete, type ExternalSignIn, failedAt, finish } from "./sign-in.ts";

export interface ExternalLoginRoutesOptions extends StepUpOptions {
  store: Store;
  issuer: TokenIssuer;
  registration: RegistrationPolicy;
  secureCookies: boolean;
  signIn: Omit<ExternalSignIn, "store">;
  deviceOf: (call: HttpCall) => Device;
  /** Sets the cookies of a session, and gives the answer. */
  signedIn: (session: SignedIn, message: string, call: HttpCall) => RouteResponse<typeof externalLoginRoutes.finishExternalSignIn>;
}

const envelope = <T>(message: string, data: T) => ({ success: true as const, message, data });

export function addExternalLoginRoutes(app: Express, { signedIn, deviceOf, secureCookies, signIn, ...options }: ExternalLoginRoutesOptions): void {
  const { store } = options;
  const sealed: CookieOptions = { httpOnly: true, sameSite: "lax", secure: secureCookies, path: "/api/auth" };
  const cookie = secureCookies ? "__Secure-sign_in" : "sign_in";
  const keep = ({ response }: HttpCall, value: string) => response.cookie(cookie, value, { ...sealed, maxAge: attemptMinutes * 60_000 });

  const start = (provider: string) =>
    overHttp(async ({ query: { returnTo, challenge } }: { query: { returnTo: string; challenge: string } }, call) => {
      try {
        const begun = await begin(signIn, provider, { returnTo, purpose: { challenge } });
        keep(call, begun.sealed);
        call.response.redirect(302, begun.url);
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "provider_unavailable") throw error;
        call.response.redirect(302, failedAt(returnTo, error));
      }
      return answered;
    });
  const callback = (provider: string) =>
    overHttp(async (_input: unknown, call) => {
      const { request, response } = call;
      const search = new URL(request.originalUrl, "http://localhost").search;
      const next = await complete({ ...signIn, store }, provider, search, cookiesOf(request).get(cookie), languageIn(call));
      // The provider's code is used up: nothing goes on with the attempt.
      response.clearCookie(cookie, sealed);
      response.redirect(302, next);
      return answered;
    });

  implement(app, externalLoginRoutes, {
    startGoogle: start("google"),
    startGithub: start("github"),
    startOidc: start("oidc"),
    googleCallback: callback("google"),
    githubCallback: callback("github"),
    oidcCallback: callback("oidc"),
    finishExternalSignIn: overHttp(async ({ body }, call) => signedIn(await finish(options, body, deviceOf(call), languageIn(call)), "Signed in.", call)),
    async listExternalLogins(_input, { user }) {
      const [logins, account] = await Promise.all([store.externalLoginsOf(user.userId), store.accountById(user.userId)]);
      return envelope("The accounts elsewhere that you sign in with.", { logins: logins.map(toLogin), hasPassword: (account?.passwordHash ?? null) !== null });
    },
    linkExternalLogin: overHttp(async ({ params, body }, call) => {
      const { userId, sessionId } = call.user;
      await requireRecentProof(options, askerOf(call));
      const begun = await begin(signIn, params.provider, { returnTo: body.returnTo, purpose: { link: { userId, sessionId } } });
      keep(call, begun.sealed);
      return envelope("Go on at the provider.", { url: begun.url });
    }),
    unlinkExternalLogin: overHttp(async ({ params }, call) => {
      await unlinkLogin(options, askerOf(call), params.provider, languageIn(call));
      return envelope("The login is unlinked.", null);
    }),
  });
}
