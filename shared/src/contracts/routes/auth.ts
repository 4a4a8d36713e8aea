import * as z from "zod";
import { Account, ApiToken, ExternalLogin, Passkey, Session, TokenScope } from "../account-dto.ts";
import { Email, FullName, NewUsername, Password, Username } from "../dto.ts";
import { SessionId, UserId } from "../ids.ts";
import { FilledLine, FilledText, Opaque, Timestamp } from "../primitives.ts";
import { lengths } from "../text.ts";
import { defineRoutes } from "./define.ts";

export const InviteCode = Opaque(64);

const common = { service: "auth-service", tag: "Session", unverified: true } as const;

export const envelope = <T extends z.ZodType>(data: T) => z.object({ success: z.literal(true), message: z.string(), data });

export const Tokens = z
  .object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.int().meta({ description: "Seconds until the access token ends" }) })
  .meta({ id: "Tokens" });
export type Tokens = z.infer<typeof Tokens>;

export const SignedIn = envelope(z.object({ user: Account, tokens: Tokens })).meta({ id: "SignedIn" });

const PasswordRules = z
  .object({ minLength: z.int().meta({ description: "Characters" }), maxLength: z.int().meta({ description: "UTF-16 units" }) })
  .meta({ id: "PasswordRules" });

export const authRoutes = defineRoutes(common, {
  signup: {
    method: "post",
    path: "/api/auth/signup",
    aliases: ["/api/auth/register"],
    summary: "Create an account and sign in",
    access: "anyone",
    limit: "signup",
    body: z
      .strictObject({ username: NewUsername, email: Email, password: Password, fullName: FullName.optional(), inviteCode: InviteCode.optional() })
      .meta({ id: "Signup" }),
    response: SignedIn,
    status: 201,
    errors: ["username_taken", "email_taken", "registration_closed", "invite_invalid", "approval_pending"],
  },
  login: {
    method: "post",
    path: "/api/auth/login",
    summary: "Sign in; `email` may hold the username",
    access: "anyone",
    limit: "login",
    body: z.strictObject({ email: FilledLine(254), password: Opaque(lengths.password.max) }).meta({ id: "Login" }),
    response: SignedIn,
    errors: ["invalid_credentials", "approval_pending", "account_suspended", "second_factor_required"],
  },
  appealSuspension: {
    method: "post",
    path: "/api/auth/suspension/appeal",
    summary:
      "Appeal against a suspension, once, with the password or the `appealToken` of the refused sign-in, since there is no session: another moderator decides",
    access: "anyone",
    limit: "login",
    body: z
      .strictObject({
        email: FilledLine(254).optional(),
        password: Opaque(lengths.password.max).optional(),
        token: Opaque(256).optional().meta({ description: "In place of `email` and `password`" }),
        text: FilledText(lengths.appeal),
      })
      .refine(({ email, password, token }) => token !== undefined || (email !== undefined && password !== undefined), {
        message: "must be there, or `email` and `password`",
        path: ["token"],
      })
      .meta({ id: "AppealSuspension" }),
    response: envelope(z.null()),
    errors: ["invalid_credentials", "conflict"],
  },
  refresh: {
    method: "post",
    path: "/api/auth/refresh",
    summary: "Rotate the refresh token (from the cookie, or the body)",
    access: "anyone",
    limit: "refresh",
    body: z.strictObject({ refreshToken: Opaque(256).optional() }).default({}),
    bodyOptional: true,
    response: SignedIn,
    errors: ["refresh_invalid"],
  },
  logout: {
    method: "post",
    path: "/api/auth/logout",
    summary: "End the session: its cookies, sockets and streams",
    access: "user",
    body: z.strictObject({}).default({}),
    bodyOptional: true,
    response: envelope(z.null()),
  },
  me: {
    method: "get",
    path: "/api/auth/me",
    summary: "The signed-in account",
    access: "user",
    scope: "read",
    response: envelope(z.object({ user: Account })),
  },
  deleteMe: {
    method: "delete",
    path: "/api/auth/me",
    summary: "Delete the account and everything that belongs to it; with the password, or a step-up before",
    access: "user",
    body: z.strictObject({ password: Opaque(lengths.password.max).optional() }).default({}),
    bodyOptional: true,
    response: envelope(z.null()),
    errors: ["invalid_credentials", "step_up_required"],
  },
  passwordRules: {
    method: "get",
    path: "/api/auth/password-rules",
    summary: "What a new password needs",
    access: "anyone",
    response: envelope(PasswordRules),
  },
  validate: {
    method: "post",
    path: "/api/auth/validate",
    summary: "Check whether an access token of ours or of the issuer elsewhere, or an API token, is valid",
    access: "anyone",
    body: z.strictObject({ token: Opaque(4_096) }),
    response: envelope(
      z.object({
        valid: z.boolean(),
        userId: UserId.optional(),
        username: z.string().optional(),
        sessionId: SessionId.optional(),
        roles: z.array(z.string()).optional(),
        scopes: z.array(TokenScope).optional(),
        expiresAt: Timestamp.optional(),
      }),
    ),
  },
  listSessions: {
    method: "get",
    path: "/api/auth/sessions",
    summary: "The devices that are signed in, a hundred at most: with another one, that which was used the longest ago is signed out",
    access: "user",
    response: envelope(z.object({ sessions: z.array(Session) })),
  },
  revokeSession: {
    method: "delete",
    path: "/api/auth/sessions/:id",
    summary: "Sign a device out",
    access: "user",
    params: z.object({ id: SessionId }),
    response: envelope(z.null()),
    errors: ["not_found"],
  },
  jwks: {
    method: "get",
    path: "/.well-known/jwks.json",
    summary: "The public keys of access tokens (RFC 7517)",
    access: "anyone",
    response: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
  },
});

/** For other services only. */
export const authInternalRoutes = defineRoutes(common, {
  revocations: {
    method: "get",
    path: "/internal/revocations",
    summary: "Sessions revoked since `after` (with an overlap: some come twice)",
    access: "service",
    query: z.strictObject({ after: Timestamp.optional() }),
    response: z.object({ revocations: z.array(z.object({ sessionId: SessionId, revokedAt: Timestamp })), next: Timestamp }),
  },
  sessionActive: {
    method: "get",
    path: "/internal/sessions/:id",
    summary: "Whether a session is active",
    access: "service",
    params: z.object({ id: SessionId }),
    response: z.object({ active: z.boolean() }),
  },
  accounts: {
    method: "post",
    path: "/internal/accounts",
    summary: "Accounts by id and username, for projections that lack them",
    access: "service",
    body: z.strictObject({ ids: z.array(UserId).max(500).default([]), usernames: z.array(Username).max(50).default([]) }),
    response: z.object({ accounts: z.array(z.object({ id: UserId, username: z.string(), fullName: z.string(), createdAt: Timestamp })) }),
  },
  mailboxes: {
    method: "post",
    path: "/internal/mailboxes",
    summary: "The address of each account that has one and is not suspended, with the language that its user prefers",
    access: "service",
    body: z.strictObject({ ids: z.array(UserId).max(100) }),
    response: z.object({ mailboxes: z.array(z.object({ id: UserId, address: z.string(), verified: z.boolean(), language: z.string().nullable() })) }),
  },
  accountRoles: {
    method: "get",
    path: "/internal/accounts/:id/roles",
    summary: "The roles of an account; none of one that is not there",
    access: "service",
    params: z.object({ id: UserId }),
    response: z.object({ roles: z.array(z.string()) }),
  },
  accountExport: {
    method: "get",
    path: "/internal/users/:id/export",
    summary: "A user's account, sessions and API tokens",
    access: "service",
    params: z.object({ id: UserId }),
    response: z.object({
      account: Account.nullable(),
      sessions: z.array(Session),
      apiTokens: z.array(ApiToken).default([]),
      externalLogins: z.array(ExternalLogin).default([]),
      passkeys: z.array(Passkey).default([]),
    }),
  },
});
