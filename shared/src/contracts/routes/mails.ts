import * as z from "zod";
import { FilledLine, Opaque, Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

/** Of a mail's link. */
const Token = z.strictObject({ token: Opaque(300) });
const path = "/api/v1/mails/unsubscribe";

const MailAddress = z
  .object({
    state: z.enum(["none", "unverified", "ready", "bounced", "complained"]).meta({
      description: "Mails of notifications go to a verified address; `bounced`: they came back from it; `complained`: they were marked as spam there",
    }),
    since: Timestamp.nullable().meta({ description: "When mails came back, or were marked; else null" }),
  })
  .meta({ id: "MailAddress" });
export type MailAddress = z.infer<typeof MailAddress>;

const Bounce = z.strictObject({ address: FilledLine(254), kind: z.enum(["bounced", "complained"]) }).meta({
  id: "Bounce",
  description: "`bounced`: it came back for good; `complained`: it was marked as spam",
  example: { address: "ann@example.com", kind: "bounced" },
});
export type Bounce = z.infer<typeof Bounce>;

/** Whose reports of mails are understood as they are. */
export const mailProviders = ["mailgun", "postmark", "sendgrid", "ses"] as const;
export type MailProvider = (typeof mailProviders)[number];
const secretHeader = "x-mail-secret";
const Report = z.record(z.string(), z.unknown());

/** Mails of notifications. */
export const mailRoutes = defineRoutes(
  { service: "delivery-service", tag: "Mails", unverified: true },
  {
    unsubscribe: {
      method: "post",
      path,
      summary: "End mails of the kind that a link in a mail stands for: one type of notifications, or all. The body is ignored (RFC 8058)",
      access: "anyone",
      scope: null,
      limit: "mailLink",
      query: Token,
      response: z.object({ type: z.string().nullable().meta({ description: "Of the notifications; null for all" }) }),
      errors: ["link_invalid"],
    },
    openUnsubscribe: {
      method: "get",
      path,
      summary: "Go to the page that asks whether such mails are to end: nothing ends by opening a link",
      access: "anyone",
      query: Token,
      status: 302,
    },
    getMailAddress: {
      method: "get",
      path: "/api/v1/mails/address",
      summary: "Whether mails of notifications reach you",
      access: "user",
      response: MailAddress,
    },
    retryMailAddress: {
      method: "post",
      path: "/api/v1/mails/address/retry",
      summary: "Have mails be sent again to an address from which they came back",
      access: "user",
      response: MailAddress,
    },
    noteBounces: {
      method: "post",
      path: "/api/v1/mails/bounces",
      summary:
        "For what receives the reports of the mail server's provider: mails that came back, or were marked as spam. Needs `MAIL_WEBHOOK_SECRET` as the header `X-Mail-Secret`",
      access: "anyone",
      scope: null,
      passwordHeader: secretHeader,
      limit: "mailBounces",
      body: z.strictObject({ bounces: z.array(Bounce).min(1).max(1_000) }).meta({ id: "Bounces" }),
      errors: ["forbidden", "not_found"],
    },
    noteReports: {
      method: "post",
      path: "/api/v1/mails/bounces/:provider",
      summary:
        "The same for the webhooks of Mailgun, Postmark, SendGrid, and Amazon SES through SNS: what they report, as they report it, with `MAIL_WEBHOOK_SECRET` as the password in the address (HTTP Basic). Reports of anything else than mails that came back for good, or were marked as spam, change nothing",
      access: "anyone",
      scope: null,
      passwordHeader: secretHeader,
      limit: "mailBounces",
      params: z.object({ provider: z.enum(mailProviders) }),
      openBody: true,
      body: z.union([Report, z.array(Report).max(1_000)]).meta({ description: "What the provider sends" }),
      errors: ["forbidden", "not_found", "bad_gateway"],
    },
  },
);
