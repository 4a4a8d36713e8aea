import * as z from "zod";

/** Clerk's, and what Standard Webhooks suggest: milliseconds since 1970. */
const Moment = z.int().positive().max(8.64e15);
const Subject = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,255}$/u);
const Name = z.string().max(1_000).nullish().catch(null);

const User = z.object({
  id: Subject,
  username: Name,
  first_name: Name,
  last_name: Name,
  primary_email_address_id: z.string().nullish(),
  email_addresses: z
    .array(z.object({ id: z.string(), email_address: z.string(), verification: z.object({ status: z.string() }).nullish() }))
    .max(100)
    .default([]),
  created_at: Moment.nullish(),
  updated_at: Moment.nullish(),
});
export type WebhookUser = z.output<typeof User>;

/** A session there that is over, however it came to that. */
const sessionEnds = ["session.ended", "session.removed", "session.revoked"] as const;

/** What an issuer elsewhere delivers about its users, in the form of Clerk's webhooks; of other types nothing is read. */
export const IdentityWebhook = z.union([
  z.object({ type: z.enum(["user.created", "user.updated"]), data: User, timestamp: Moment.nullish() }),
  z.object({ type: z.literal("user.deleted"), data: z.object({ id: Subject }) }),
  z.object({ type: z.enum(sessionEnds), data: z.object({ id: Subject, user_id: Subject }) }),
]);
export type IdentityWebhook = z.output<typeof IdentityWebhook>;
export const identityWebhookTypes: readonly string[] = ["user.created", "user.updated", "user.deleted", ...sessionEnds];
