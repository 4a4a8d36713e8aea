import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { moderationInternalRoutes } from "@newfeed/shared/contracts/routes/moderation.ts";
import { createExternalTokens } from "@newfeed/shared/http/external-tokens.ts";
import { createKeySet } from "@newfeed/shared/http/key-set.ts";
import { createTokenSigner, createTokenVerifier } from "@newfeed/shared/http/tokens.ts";
import { siteOf } from "@newfeed/shared/ports/mail-layout.ts";
import { ownOriginsOf } from "@newfeed/shared/runtime/config.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createAppealTokens } from "./appeal-tokens.ts";
import { createAttempts } from "./external-logins/attempt.ts";
import { createProviders } from "./external-logins/openid.ts";
import { createFindSession } from "./external-tokens/routes.ts";
import { handlers } from "./handlers.ts";
import { createGuard } from "./login-guard.ts";
import { mailJobs } from "./mails/jobs.ts";
import { createLinkTokens } from "./mails/links.ts";
import { createPasskeyChallenges } from "./passkeys/challenges.ts";
import { createPasskeyChecks } from "./passkeys/checks.ts";
import { createWebAuthn, rpIdOf } from "./passkeys/webauthn.ts";
import { createPasswords } from "./passwords.ts";
import { createRefreshTokens } from "./refresh-tokens.ts";
import { authServiceRoutes } from "./routes.ts";
import { createCodes } from "./second-factor/codes.ts";
import { createSecretBox } from "./second-factor/secrets.ts";
import { createStore } from "./store.ts";
import { createWebhookReceiver } from "./webhooks/routes.ts";

/** Accounts, passwords, sessions and the keys that sign them. */
export const authService: ServiceDefinition = {
  name: "auth-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform, database, wake, app, logger, callService }) {
    const store = createStore(database, wake);
    const { tokenPrivateKey } = platform.secrets;
    if (!tokenPrivateKey) throw new Error("there is no key to sign tokens with");
    const { sign, keySet } = await createTokenSigner(tokenPrivateKey);
    const issuer = {
      ...{ sign, refreshTokens: createRefreshTokens(tokenPrivateKey), requireVerifiedEmail: platform.config.requireVerifiedEmail },
      appealTokens: createAppealTokens(tokenPrivateKey),
    };
    const verify = createTokenVerifier(keySet);
    const passwords = await createPasswords({ cheap: platform.config.cheapPasswordHashes });
    const { passwordMinLength, secureCookies, mailFrom, registration } = platform.config;
    const { mailer, limiter, metrics } = platform;
    const tokens = createLinkTokens(tokenPrivateKey);
    const site = siteOf(mailFrom, ownOriginsOf(platform.config)[0] ?? "");
    const guard = createGuard(limiter, store.addressesOf);
    const box = createSecretBox(tokenPrivateKey);
    const codes = createCodes({ store, guard, box });
    const { requireVerifiedEmail, identityIssuer, webhooks } = platform.config;
    const externalTokenSource = {
      fetchKeys: identityIssuer ? createKeySet(identityIssuer.jwksUrl) : () => Promise.reject(new Problem("not_found")),
      findSession: createFindSession({ store, registration, limiter, requireVerifiedEmail }),
    };
    const externalTokens =
      identityIssuer &&
      createExternalTokens({
        issuer: identityIssuer,
        ...externalTokenSource,
        limiter,
        metrics: metrics.apiTokens,
        // Asks each time: here it costs no call.
        revocations: { has: () => true },
      });
    const origins = ownOriginsOf(platform.config);
    const returnOrigins = [...origins, ...platform.config.allowedOrigins];
    const rpId = rpIdOf(origins);
    const webAuthn = rpId === null ? null : createWebAuthn({ rpId, origins: returnOrigins, siteName: site.name, logger });
    const challenges = createPasskeyChallenges(tokenPrivateKey);
    const passkeys = createPasskeyChecks({ store, guard, webAuthn, challenges, logger });
    return {
      handle: app((routes) =>
        authServiceRoutes(routes, {
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
          siteName: site.name,
          siteUrl: site.url,
          externalSignIn: {
            providers: createProviders(platform.config.providers),
            logger,
            attempts: createAttempts(tokenPrivateKey),
            siteUrl: site.url,
            returnOrigins,
          },
          box,
          codes,
          passkeys,
          webAuthn,
          challenges,
          secureCookies,
          mailReaches: mailer.reachesMailboxes,
          sendAppeal: (id, text) => callService(moderationInternalRoutes.appealSuspension, { params: { id }, body: { text } }),
        }),
      ),
      ...(webhooks &&
        identityIssuer && {
          handleWebhooks: createWebhookReceiver({
            ...{ store, registration, limiter, logger, issuer: identityIssuer.issuer },
            ...{ secrets: webhooks.secrets, metrics: metrics.requestsOf("auth-service") },
          }),
        }),
      handleEvents: handlers,
      housekeeping: store.retention,
      jobs: mailJobs({ mailer, limiter, tokens, site, logger, metrics: metrics.mails }),
      close: () => store.close(),
    };
  },
};
