import { randomBytes } from "node:crypto";
import { createSecretBox } from "@newfeed/shared/ports/secret-box.ts";
import type { StoredWebhook } from "./store.ts";

/** Gives the signature of a message by a secret (Standard Webhooks). */
type Sign = (secret: string, message: { id: string; timestamp: string; body: string }) => string;

/** The secrets of webhooks. `key` is delivery-service's own secret. */
export function createWebhookSecrets(key: string, sign: Sign) {
  const box = createSecretBox(key, "newfeed webhooks");
  const open = (id: string, sealed: string | null) => {
    const secret = sealed === null ? null : box.open(id, sealed);
    return secret === null ? [] : [secret];
  };
  return {
    /** A new one, as its owner gets it and as it is stored. */
    create(id: string): { secret: string; sealed: string } {
      const secret = `whsec_${randomBytes(24).toString("base64")}`;
      return { secret, sealed: box.seal(id, secret) };
    },
    /** Standard Webhooks' headers of a message that is sent now; null when there is no secret to sign it with. */
    headersOf({ id, secret, previousSecret, previousSecretUntil }: StoredWebhook, messageId: string, body: string): Record<string, string> | null {
      const now = Date.now();
      const isPreviousValid = previousSecretUntil !== null && previousSecretUntil.getTime() > now;
      const secrets = [...open(id, secret), ...(isPreviousValid ? open(id, previousSecret) : [])];
      if (secrets.length === 0) return null;
      const timestamp = String(Math.floor(now / 1_000));
      return {
        "webhook-id": messageId,
        "webhook-timestamp": timestamp,
        "webhook-signature": secrets.map((each) => sign(each, { id: messageId, timestamp, body })).join(" "),
      };
    },
  };
}
export type WebhookSecrets = ReturnType<typeof createWebhookSecrets>;
