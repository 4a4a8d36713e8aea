import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import type { Bounce, MailProvider } from "@newfeed/shared/contracts/routes/mails.ts";
import * as z from "zod";

/** What a provider reports. `confirm`: where it waits for a sign that its reports are wanted. */
export interface MailReport {
  bounces: readonly Bounce[];
  confirm?: string;
}

const bouncesOf = (kind: Bounce["kind"], addresses: readonly string[]): Bounce[] => addresses.map((address) => ({ address, kind }));
const Address = z.string().min(1).max(254);

/** https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads; its signature is not looked at, since the password is. */
const Mailgun = z.object({ "event-data": z.object({ event: z.string(), severity: z.string().optional(), recipient: Address.optional() }) });

/** https://postmarkapp.com/developer/webhooks/bounce-webhook: what is for good is inactive from then on. */
const Postmark = z.object({ RecordType: z.string(), Type: z.string().optional(), Email: Address.optional() });
const forGood = new Set(["HardBounce", "BadEmailAddress", "ManuallyDeactivated"]);

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event: a bounce of the type `blocked` may be taken later. */
const SendGrid = z.array(z.object({ event: z.string(), type: z.string().optional(), email: Address.optional() }));

/** https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html, in an envelope of SNS. */
const Sns = z.object({ Type: z.string(), Message: z.string().optional(), SubscribeURL: z.string().optional() });
const Recipients = z.array(z.object({ emailAddress: Address })).max(1_000);
const Ses = z.object({
  notificationType: z.string().optional(),
  // As an event of a configuration set.
  eventType: z.string().optional(),
  bounce: z.object({ bounceType: z.string(), bouncedRecipients: Recipients }).optional(),
  complaint: z.object({ complainedRecipients: Recipients }).optional(),
});
/** Of SNS alone, whatever a report says. */
const snsHost = /^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;

function confirmationOf(text: string | undefined): string {
  const url = URL.parse(text ?? "");
  if (url?.protocol !== "https:" || !snsHost.test(url.host)) throw invalidField("SubscribeURL", "must be an address of SNS");
  return url.href;
}

function parseMessage(text: string | undefined): z.infer<typeof Ses> {
  try {
    return Ses.parse(JSON.parse(text ?? ""));
  } catch (cause) {
    // SNS itself says in plain words that the subscription works.
    if (cause instanceof SyntaxError) return {};
    throw cause;
  }
}

const readers: Record<MailProvider, (body: unknown) => MailReport> = {
  mailgun(body) {
    const { event, severity, recipient } = Mailgun.parse(body)["event-data"];
    const addresses = recipient === undefined ? [] : [recipient];
    if (event === "complained") return { bounces: bouncesOf("complained", addresses) };
    return { bounces: event === "failed" && severity === "permanent" ? bouncesOf("bounced", addresses) : [] };
  },
  postmark(body) {
    const { RecordType, Type = "", Email } = Postmark.parse(body);
    const addresses = Email === undefined ? [] : [Email];
    if (RecordType === "SpamComplaint") return { bounces: bouncesOf("complained", addresses) };
    return { bounces: RecordType === "Bounce" && forGood.has(Type) ? bouncesOf("bounced", addresses) : [] };
  },
  sendgrid: (body) => ({
    bounces: SendGrid.parse(body).flatMap(({ event, type, email }) => {
      if (email === undefined) return [];
      if (event === "spamreport") return bouncesOf("complained", [email]);
      return event === "bounce" && type !== "blocked" ? bouncesOf("bounced", [email]) : [];
    }),
  }),
  ses(body) {
    const { Type, Message, SubscribeURL } = Sns.parse(body);
    if (Type === "SubscriptionConfirmation") return { bounces: [], confirm: confirmationOf(SubscribeURL) };
    if (Type !== "Notification") return { bounces: [] };
    const { bounce, complaint } = parseMessage(Message);
    return {
      bounces: [
        ...bouncesOf("bounced", bounce?.bounceType === "Permanent" ? bounce.bouncedRecipients.map(({ emailAddress }) => emailAddress) : []),
        ...bouncesOf("complained", complaint?.complainedRecipients.map(({ emailAddress }) => emailAddress) ?? []),
      ],
    };
  },
};

/** What a provider's report says of addresses; nothing where it is about something else. Throws ZodError when it is none of that provider. */
export const readReport = (provider: MailProvider, body: unknown): MailReport => readers[provider](body);
