import { createHmac, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { readWebhookHeaders, requireWebhookSignature, webhookKeyOf } from "./webhook-signatures.ts";

const newSecret = () => `whsec_${randomBytes(24).toString("base64")}`;
const [secret, old] = [newSecret(), newSecret()];
const body: Buffer = Buffer.from('{"type":"user.created"}');
const now = (offset = 0) => String(Math.floor(Date.now() / 1000) + offset);
const sign = (id: string, timestamp: string, bytes = body, key = secret) =>
  `v1,${createHmac("sha256", webhookKeyOf(key)).update(`${id}.${timestamp}.`).update(bytes).digest("base64")}`;
const headers = (family: string, id: string, timestamp: string, signature: string) => ({
  ...{ [`${family}-id`]: id, [`${family}-timestamp`]: timestamp, [`${family}-signature`]: signature },
});
function check(given: Record<string, string>, bytes = body, secrets = [secret]): string {
  const read = readWebhookHeaders(given);
  requireWebhookSignature(secrets, read, bytes);
  return read.id;
}
const refused = expect.objectContaining({ code: "unauthenticated" });

test("signatures of Standard Webhooks and of svix are accepted, five minutes each way", () => {
  for (const family of ["webhook", "svix"])
    for (const offset of [-298, 0, 298]) expect(check(headers(family, "msg_1", now(offset), sign("msg_1", now(offset))))).toBe("msg_1");
  // The example of the specification.
  const key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const example = {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: "1614265330",
    signatures: [Buffer.from("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "base64")],
  };
  requireWebhookSignature([key], example, Buffer.from('{"test": 2432232314}'));
});

test("of several signatures and several secrets one is enough", () => {
  const time = now();
  const both = `${sign("a", time, body, old)} v2,AAAA ${sign("a", time)}`;
  expect(check(headers("svix", "a", time, both))).toBe("a");
  expect(check(headers("svix", "a", time, sign("a", time, body, old)), body, [secret, old])).toBe("a");
  expect(() => check(headers("svix", "a", time, sign("a", time, body, old)))).toThrow(refused);
});

test.each<[string, () => [Record<string, string>, Buffer?]]>([
  ["too old", () => [headers("svix", "a", now(-301), sign("a", now(-301)))]],
  ["of the future", () => [headers("svix", "a", now(302), sign("a", now(302)))]],
  ["with another body", () => [headers("svix", "a", now(), sign("a", now())), Buffer.from(`${body} `)]],
  ["with another id", () => [headers("svix", "b", now(), sign("a", now()))]],
  ["with another time", () => [headers("svix", "a", now(1), sign("a", now()))]],
  ["without a version", () => [headers("svix", "a", now(), sign("a", now()).slice(3))]],
  ["of another version", () => [headers("svix", "a", now(), sign("a", now()).replace("v1", "v1a"))]],
  ["cut short", () => [headers("svix", "a", now(), sign("a", now()).slice(0, -8))]],
  ["with an empty signature", () => [headers("svix", "a", now(), "v1,")]],
  ["without a signature", () => [{ "svix-id": "a", "svix-timestamp": now() }]],
  ["without an id", () => [headers("svix", "", now(), sign("", now()))]],
  ["with two ids", () => [headers("svix", "a, b", now(), sign("a, b", now()))]],
  ["at a time that is no number", () => [headers("svix", "a", "now", sign("a", "now"))]],
  ["with headers of two families", () => [{ ...headers("svix", "a", now(), sign("a", now())), "webhook-id": "a" }]],
  ["without anything", () => [{}]],
])("a delivery %s is refused", (_what, make) => {
  const [given, bytes] = make();
  expect(() => check(given, bytes)).toThrow(refused);
});
