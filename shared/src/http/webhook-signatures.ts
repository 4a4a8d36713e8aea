import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Problem } from "../contracts/errors.ts";

/** Of the clocks of sender and receiver, each way: what is older is a replay. */
const toleranceSeconds = 300;
const mostSignatures = 20;

/** What the headers of a delivery say. Nothing of it is verified. */
export interface WebhookHeaders {
  id: string;
  timestamp: string;
  signatures: readonly Buffer[];
}

const refused = (internal: string) => new Problem("unauthenticated", { message: "The signature of this delivery is not valid.", internal });

/** Reads the headers of Standard Webhooks, or svix' own names of them. Throws `unauthenticated` for those that no delivery has, and for one that is too old. */
export function readWebhookHeaders(headers: IncomingHttpHeaders): WebhookHeaders {
  const family = headers["webhook-id"] === undefined ? "svix" : "webhook";
  const [id, timestamp, signature] = ["id", "timestamp", "signature"].map((name) => String(headers[`${family}-${name}`] ?? "")) as [string, string, string];
  if (!/^[\x21-\x7e]{1,255}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) throw refused("a delivery without an id or a time");
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) throw refused("a delivery of another time");
  const signatures = signature
    .split(" ", mostSignatures)
    .filter((each) => each.startsWith("v1,"))
    .map((each) => Buffer.from(each.slice(3), "base64"));
  return { id, timestamp, signatures };
}

/** The key in a secret: `whsec_` and base64. */
export const webhookKeyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ""), "base64");

const macOf = (secret: string, { id, timestamp, body }: { id: string; timestamp: string; body: Buffer | string }): Buffer =>
  createHmac("sha256", webhookKeyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest();

/** Signs what is sent: one of the signatures in `webhook-signature`. */
export const signatureOfWebhook = (secret: string, message: { id: string; timestamp: string; body: string }): string =>
  `v1,${macOf(secret, message).toString("base64")}`;

/**
 * Checks that a delivery is signed with one of the secrets: while a secret is replaced, a sender signs with both, or a receiver knows
 * both. (Standard Webhooks: HMAC-SHA256 over id, time and the bytes of the body.) Throws `unauthenticated`.
 */
export function requireWebhookSignature(secrets: readonly string[], { id, timestamp, signatures }: WebhookHeaders, body: Buffer): void {
  const isSigned = secrets.some((secret) => {
    const expected = macOf(secret, { id, timestamp, body });
    return signatures.some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
  });
  if (!isSigned) throw refused("a delivery with a wrong signature");
}
