import * as z from "zod";
import { InviteId, PasskeyId, SessionId, UserId } from "./ids.ts";
import { Revision, Timestamp } from "./primitives.ts";

/** The user's own account, as auth-service knows it. */
export const Account = z
  .object({
    id: UserId,
    username: z.string(),
    email: z.string(),
    emailVerified: z.boolean().meta({ description: "Mail to the address has reached its owner" }),
    mustVerifyEmail: z.boolean().meta({ description: "The account may only read until its address is verified" }),
    fullName: z.string(),
    roles: z.array(z.string()),
    createdAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "Account" });
export type Account = z.infer<typeof Account>;

/** Who may create an account: everyone, those with an invitation, those whom an administrator approves, nobody. */
export const registrationPolicies = ["open", "invite", "approval", "closed"] as const;
export type RegistrationPolicy = (typeof registrationPolicies)[number];

/** Where users may have an account that signs in here. */
export const providerNames = ["google", "github", "oidc"] as const;

/** An account elsewhere that signs in here. */
export const ExternalLogin = z
  .object({
    provider: z.string(),
    name: z.string().meta({ description: "What the account is called there" }),
    createdAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "ExternalLogin" });
export type ExternalLogin = z.infer<typeof ExternalLogin>;

/** A passkey, without its key. */
export const Passkey = z
  .object({
    id: PasskeyId,
    name: z.string(),
    synced: z.boolean().meta({ description: "It is on more than one device, or can be" }),
    createdAt: Timestamp,
    lastUsedAt: Timestamp.nullable(),
    revision: Revision,
  })
  .meta({ id: "Passkey" });
export type Passkey = z.infer<typeof Passkey>;

/** Waits for approval. */
export const Applicant = z
  .object({
    id: UserId,
    username: z.string(),
    email: z.string(),
    emailVerified: z.boolean(),
    fullName: z.string(),
    createdAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "Applicant" });
export type Applicant = z.infer<typeof Applicant>;

/** An invitation; its code is known to whom it was given. */
export const Invite = z
  .object({
    id: InviteId,
    note: z.string(),
    maxUses: z.int(),
    uses: z.int().meta({ description: "Accounts that were created with it" }),
    createdAt: Timestamp,
    expiresAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "Invite" });
export type Invite = z.infer<typeof Invite>;

export const Session = z
  .object({
    id: SessionId,
    current: z.boolean(),
    userAgent: z.string(),
    address: z.string(),
    createdAt: Timestamp,
    lastUsedAt: Timestamp,
    expiresAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

/** What a program may do with a token: read, write, and what only administrators may. */
export const tokenScopes = ["read", "write", "admin:operate"] as const;
export const TokenScope = z.enum(tokenScopes).meta({
  description: "`read`: what is read, streams included. `write`: what is changed. `admin:operate`: breakers and caches, for administrators",
});
export type TokenScope = z.infer<typeof TokenScope>;

/** A token for a program, without its secret. */
export const ApiToken = z
  .object({
    id: SessionId,
    name: z.string(),
    scopes: z.array(TokenScope),
    createdAt: Timestamp,
    lastUsedAt: Timestamp.nullable().meta({ description: "To a minute or so" }),
    expiresAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "ApiToken" });
export type ApiToken = z.infer<typeof ApiToken>;
