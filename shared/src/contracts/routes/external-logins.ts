import * as z from "zod";
import { ExternalLogin, providerNames } from "../account-dto.ts";
import { NewUsername } from "../dto.ts";
import { Opaque } from "../primitives.ts";
import { envelope, InviteCode, SignedIn } from "./auth.ts";
import { defineRoutes } from "./define.ts";

type ProviderName = (typeof providerNames)[number];

/** Where the browser goes in the end: a page of this installation, or of an allowed origin. */
const ReturnTo = z.url({ protocol: /^https?$/ }).max(500);
/** The SHA-256 of a random `verifier` in base64url, as in RFC 7636: only who began a sign-in can finish it. */
const Challenge = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "must be a SHA-256 in base64url");

const start = <const P extends ProviderName>(provider: P) =>
  ({
    method: "get",
    path: `/api/auth/${provider}`,
    summary: `Sign in with ${provider}, in a browser: it comes back to \`returnTo\` with \`#code=…\`, which finishes once, or \`#error=…\``,
    access: "anyone",
    limit: "externalSignIn",
    query: z.strictObject({ returnTo: ReturnTo, challenge: Challenge }),
    status: 302,
    errors: ["not_found"],
  }) as const;
const callback = <const P extends ProviderName>(provider: P) =>
  ({
    method: "get",
    path: `/api/auth/${provider}/callback`,
    summary: `Where ${provider} sends the browser to`,
    access: "anyone",
    limit: "externalSignIn",
    // Providers add parameters of their own (RFC 6749, section 4.1.2: unknown ones are ignored).
    query: z.looseObject({ state: Opaque(200).optional(), code: Opaque(2_000).optional(), error: Opaque(200).optional() }),
    status: 302,
    errors: ["not_found"],
  }) as const;

/** Signing in with an account elsewhere. */
export const externalLoginRoutes = defineRoutes(
  { service: "auth-service", tag: "Session", unverified: true },
  {
    startGoogle: start("google"),
    startGithub: start("github"),
    startOidc: start("oidc"),
    googleCallback: callback("google"),
    githubCallback: callback("github"),
    oidcCallback: callback("oidc"),
    finishExternalSignIn: {
      method: "post",
      path: "/api/auth/external-sign-in",
      summary: "Finish signing in with an account elsewhere. The first time an account is created, under `username` if the one from there is taken",
      access: "anyone",
      limit: "externalSignIn",
      body: z
        .strictObject({ code: Opaque(128), verifier: Opaque(128), username: NewUsername.optional(), inviteCode: InviteCode.optional() })
        .meta({ id: "FinishExternalSignIn" }),
      response: SignedIn,
      errors: ["external_sign_in_failed", "username_taken", "email_taken", "registration_closed", "invite_invalid", "approval_pending", "account_suspended"],
    },
    listExternalLogins: {
      method: "get",
      path: "/api/auth/external-logins",
      summary: "The accounts elsewhere that the user signs in with",
      access: "user",
      response: envelope(z.object({ logins: z.array(ExternalLogin), hasPassword: z.boolean() })),
    },
    linkExternalLogin: {
      method: "post",
      path: "/api/auth/external-logins/:provider",
      summary: "Begin to link an account elsewhere: the browser goes to `url`, and comes back to `returnTo` with `#linked=…` or `#error=…`",
      access: "user",
      limit: "externalSignIn",
      params: z.object({ provider: z.enum(providerNames) }),
      body: z.strictObject({ returnTo: ReturnTo }).meta({ id: "LinkExternalLogin" }),
      response: envelope(z.object({ url: z.string() })),
      errors: ["not_found", "step_up_required", "provider_unavailable"],
    },
    unlinkExternalLogin: {
      method: "delete",
      path: "/api/auth/external-logins/:provider",
      summary: "Unlink an account elsewhere, unless it is the last way in. `identity`: the user of the issuer elsewhere, with the sessions of their tokens",
      access: "user",
      params: z.object({ provider: z.enum([...providerNames, "identity"]) }),
      response: envelope(z.null()),
      errors: ["not_found", "step_up_required", "last_sign_in"],
    },
  },
);
