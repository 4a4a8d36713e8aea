import * as z from "zod";
import { Applicant, Invite, registrationPolicies } from "../account-dto.ts";
import { InviteId, UserId } from "../ids.ts";
import { PageQuery, pageOf, Text } from "../primitives.ts";
import { envelope } from "./auth.ts";
import { defineRoutes } from "./define.ts";

const SignInOptions = z
  .object({
    registration: z.enum(registrationPolicies).meta({ description: "Who may create an account" }),
    providers: z.array(z.object({ name: z.string(), label: z.string() })).meta({ description: "Whose accounts sign in here" }),
    passkeys: z
      .object({ rpId: z.string().meta({ description: "The domain that they are for: it, and those below it" }) })
      .nullable()
      .default(null)
      .meta({ description: "null where there are none" }),
  })
  .meta({ id: "SignInOptions" });

const CreateInvite = z
  .strictObject({
    maxUses: z.int().min(1).max(1_000).default(1).meta({ description: "Accounts that may be created with it" }),
    expiresInDays: z.int().min(1).max(90).default(7),
    note: Text(100).default("").meta({ description: "For administrators: whom it is for" }),
  })
  .meta({ id: "CreateInvite" });
export type CreateInvite = z.output<typeof CreateInvite>;

const applicant = { access: "user", params: z.object({ id: UserId }), response: envelope(z.null()), errors: ["forbidden", "not_found"] } as const;

/** Who may join: `REGISTRATION` says it, and administrators invite and approve. */
export const registrationRoutes = defineRoutes(
  { service: "auth-service", tag: "Session", unverified: true },
  {
    signInOptions: {
      method: "get",
      path: "/api/auth/options",
      summary: "How users join and sign in here",
      access: "anyone",
      response: envelope(SignInOptions),
    },
    listApplicants: {
      method: "get",
      path: "/api/auth/applicants",
      summary: "The accounts that wait for approval, for administrators; they are deleted after 30 days",
      access: "user",
      query: PageQuery,
      response: pageOf(Applicant),
      errors: ["forbidden"],
    },
    approveApplicant: {
      method: "post",
      path: "/api/auth/applicants/:id/approve",
      summary: "Approve an account, as an administrator; its owner gets a mail",
      ...applicant,
    },
    refuseApplicant: {
      method: "post",
      path: "/api/auth/applicants/:id/refuse",
      summary: "Refuse an account, as an administrator: it is deleted, and its owner gets a mail",
      ...applicant,
    },
    createInvite: {
      method: "post",
      path: "/api/auth/invites",
      summary: "Make an invitation, as an administrator; its code is shown once",
      access: "user",
      body: CreateInvite,
      response: envelope(z.object({ invite: Invite, code: z.string(), url: z.string().meta({ description: "The page to sign up with it" }) })),
      status: 201,
      errors: ["forbidden", "conflict"],
    },
    listInvites: {
      method: "get",
      path: "/api/auth/invites",
      summary: "The invitations, for administrators; they are deleted 30 days after they expired",
      access: "user",
      query: PageQuery,
      response: pageOf(Invite),
      errors: ["forbidden"],
    },
    deleteInvite: {
      method: "delete",
      path: "/api/auth/invites/:id",
      summary: "Withdraw an invitation, as an administrator",
      access: "user",
      params: z.object({ id: InviteId }),
      response: envelope(z.null()),
      errors: ["forbidden", "not_found"],
    },
  },
);
