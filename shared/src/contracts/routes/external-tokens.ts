import * as z from "zod";
import { SessionId, UserId } from "../ids.ts";
import { Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

const Text = z.string().max(255).nullable();

/** For those who check tokens by themselves. */
export const externalTokenInternalRoutes = defineRoutes(
  { service: "auth-service", tag: "Session", unverified: true },
  {
    externalKeys: {
      method: "get",
      path: "/internal/external-keys",
      summary: "The public keys of the issuer elsewhere, at most 30 seconds old",
      access: "service",
      response: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
      errors: ["provider_unavailable", "not_found"],
    },
    externalSession: {
      method: "post",
      path: "/internal/external-sessions",
      summary: "Which session a verified access token of the issuer elsewhere stands for; null when that has ended. Creates the account at first sight",
      access: "service",
      body: z.strictObject({
        token: z.strictObject({
          issuer: z.string().max(2_000),
          subject: z.string().min(1).max(255),
          /** Of the session there, where the issuer names it. */
          sid: Text,
          issuedAt: Timestamp,
          /** When the user last signed in there, where the issuer says it. */
          provedAt: Timestamp.nullable(),
          /** Verified. */
          email: Text,
          username: Text,
          fullName: Text,
        }),
        presenter: z.strictObject({ network: z.string().max(100), address: z.string().max(100), userAgent: z.string().max(2_000) }),
      }),
      response: z.object({
        session: z
          .object({
            id: SessionId,
            userId: UserId,
            username: z.string(),
            roles: z.array(z.string()),
            unverified: z.boolean(),
            /** Tokens that were issued up to then belong to a session that has ended. */
            refusedUntil: Timestamp.nullable(),
          })
          .nullable(),
      }),
      errors: ["registration_closed", "invite_invalid", "approval_pending", "account_suspended", "rate_limited"],
    },
  },
);
