import { expect, test } from "vitest";
import { readReport } from "./reports.ts";

const bounced = (...addresses: string[]) => ({ bounces: addresses.map((address) => ({ address, kind: "bounced" })) });
const complained = (...addresses: string[]) => ({ bounces: addresses.map((address) => ({ address, kind: "complained" })) });
const sns = (message: unknown) => ({ Type: "Notification", MessageId: "1", TopicArn: "arn:aws:sns:eu-west-1:1:mails", Message: JSON.stringify(message) });
const recipients = (...addresses: string[]) => addresses.map((emailAddress) => ({ emailAddress, status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1" }));

test.each([
  ["mailgun", "a failure for good", { signature: {}, "event-data": { event: "failed", severity: "permanent", recipient: "a@b.c" } }, bounced("a@b.c")],
  ["mailgun", "a failure for now", { signature: {}, "event-data": { event: "failed", severity: "temporary", recipient: "a@b.c" } }, bounced()],
  ["mailgun", "a complaint", { signature: {}, "event-data": { event: "complained", recipient: "a@b.c" } }, complained("a@b.c")],
  ["mailgun", "a click", { signature: {}, "event-data": { event: "clicked", recipient: "a@b.c" } }, bounced()],
  ["postmark", "a hard bounce", { RecordType: "Bounce", Type: "HardBounce", TypeCode: 1, Email: "a@b.c", Inactive: true }, bounced("a@b.c")],
  ["postmark", "a full mailbox", { RecordType: "Bounce", Type: "SoftBounce", TypeCode: 4096, Email: "a@b.c" }, bounced()],
  ["postmark", "a complaint", { RecordType: "SpamComplaint", Type: "SpamComplaint", Email: "a@b.c" }, complained("a@b.c")],
  ["postmark", "a delivery", { RecordType: "Delivery", Recipient: "a@b.c" }, bounced()],
  [
    "sendgrid",
    "several events",
    [
      { email: "a@b.c", event: "bounce", type: "bounce", status: "5.0.0" },
      { email: "d@e.f", event: "bounce", type: "blocked" },
      { email: "g@h.i", event: "delivered" },
      { email: "j@k.l", event: "bounce" },
    ],
    bounced("a@b.c", "j@k.l"),
  ],
  ["sendgrid", "a complaint", [{ email: "a@b.c", event: "spamreport" }], complained("a@b.c")],
  [
    "ses",
    "a bounce for good",
    sns({ notificationType: "Bounce", bounce: { bounceType: "Permanent", bounceSubType: "General", bouncedRecipients: recipients("a@b.c", "d@e.f") } }),
    bounced("a@b.c", "d@e.f"),
  ],
  ["ses", "a bounce for now", sns({ eventType: "Bounce", bounce: { bounceType: "Transient", bouncedRecipients: recipients("a@b.c") } }), bounced()],
  ["ses", "a complaint", sns({ eventType: "Complaint", complaint: { complainedRecipients: recipients("a@b.c") } }), complained("a@b.c")],
  ["ses", "a delivery", sns({ eventType: "Delivery", delivery: {} }), bounced()],
  ["ses", "words to a person", { Type: "Notification", Message: "Successfully validated SNS topic for Amazon SES event publishing." }, bounced()],
  ["ses", "the end of a subscription", { Type: "UnsubscribeConfirmation", SubscribeURL: "https://sns.eu-west-1.amazonaws.com/" }, bounced()],
] as const)("%s reports %s", (provider, _what, body, report) => {
  expect(readReport(provider, body)).toEqual(report);
});

test("SNS learns that reports are wanted, at an address of its own alone", () => {
  const subscription = (SubscribeURL?: string) => readReport("ses", { Type: "SubscriptionConfirmation", SubscribeURL });
  const url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1";
  expect(subscription(url)).toEqual({ bounces: [], confirm: url });
  for (const other of [
    "http://sns.eu-west-1.amazonaws.com/",
    "https://sns.eu-west-1.amazonaws.com.example/",
    "https://example.com/sns.eu-west-1.amazonaws.com",
    "https://sns.eu-west-1.amazonaws.com@example.com/",
    "https://sns.eu-west-1.amazonaws.com:8443/",
    "https://bucket.s3.amazonaws.com/",
    "no address",
    undefined,
  ])
    expect(() => subscription(other), other).toThrow("SubscribeURL");
});

test.each([
  ["mailgun", {}],
  ["mailgun", []],
  ["postmark", { "event-data": {} }],
  ["postmark", { RecordType: "Bounce", Type: "HardBounce", Email: "x".repeat(300) }],
  ["sendgrid", { email: "a@b.c", event: "bounce" }],
  ["ses", {}],
  ["ses", sns({ bounce: { bounceType: "Permanent" } })],
] as const)("what is no report of %s is refused: %j", (provider, body) => {
  expect(() => readReport(provider, body)).toThrow();
});
