import { createHmac, randomBytes } from "node:crypto";

/** Of a sender of webhooks, as svix gives it out. */
export const newWebhookSecret = () => `whsec_${randomBytes(24).toString("base64")}`;

let count = 0;

/** The headers of a delivery that is signed now, or `at` seconds later. */
export function signDelivery(
  body: string,
  secret: string,
  { id = `msg_${++count}`, at = 0, family = "svix" }: { id?: string; at?: number; family?: string } = {},
) {
  const timestamp = String(Math.floor(Date.now() / 1000) + at);
  const signature = createHmac("sha256", Buffer.from(secret.slice(6), "base64"))
    .update(`${id}.${timestamp}.${body}`)
    .digest("base64");
  return { "content-type": "application/json", [`${family}-id`]: id, [`${family}-timestamp`]: timestamp, [`${family}-signature`]: `v1,${signature}` };
}
