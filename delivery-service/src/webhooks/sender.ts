import type { Failpoint } from "@newfeed/shared/ports/failpoint.ts";
import type { DeliveryMetrics } from "@newfeed/shared/ports/metrics.ts";
import { startSending } from "../sending.ts";
import type { WebhookSecrets } from "./secrets.ts";
import type { AttemptOutcome, StoredWebhook, TakenDelivery, WebhookStore } from "./store.ts";

/** Of one instance. */
const atOnce = 128;
/** Of one webhook: one that hangs holds no more than these; one that fails, one. */
const atOnceOf = ({ failingSince }: StoredWebhook) => (failingSince === null ? 4 : 1);
const attemptMs = 10_000;
const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** Before each further attempt; a little more than three days in all. */
const delaysMs = [5 * second, minute, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
/** A webhook to which nothing arrived for as long is disabled with the last attempt. */
const disableAfterMs = 72 * hour;

/** When an attempt is made again after so many; null when that was the last one. Spread by a fifth each way, so that what failed together does not come back together. */
export function retryInMs(attempts: number, random: () => number = Math.random): number | null {
  const delay = delaysMs[attempts - 1];
  return delay === undefined ? null : Math.round(delay * (0.8 + 0.4 * random()));
}

/** Sends a body to a stranger's URL; gives the answer's status. Rejects with a `reason` when there is none. */
export type Post = (
  url: string,
  post: { headers: Record<string, string>; body: string; longestMs: number; longestBytes: number; signal: AbortSignal },
) => Promise<{ status: number }>;

export interface SenderOptions {
  store: Pick<WebhookStore, "transaction">;
  secrets: Pick<WebhookSecrets, "headersOf">;
  post: Post;
  metrics: DeliveryMetrics;
  failpoint: Failpoint;
  /** Of the database, mostly. What is in hand then is sent again once its lease is over. */
  failed: (error: unknown) => void;
}

const reasonOf = (error: unknown): string => (error instanceof Error && "reason" in error ? String(error.reason) : "unreachable");

/**
 * Sends what waits for webhooks: at least once each, and again only when an attempt failed or nobody knows how it ended. What
 * is about one subject is sent in order. No transaction is open while a receiver is waited for.
 */
export function startWebhookSender({ store, secrets, post, metrics, failpoint, failed }: SenderOptions) {
  /** Undefined when the attempt was given up because the service stops: its lease ends, and it is made again. */
  async function attempt(webhook: StoredWebhook, { messageId, body, attempts }: TakenDelivery, signal: AbortSignal): Promise<AttemptOutcome | undefined> {
    const retry = retryInMs(attempts);
    const signed = secrets.headersOf(webhook, messageId, body);
    // The key was changed: its owner makes a new secret.
    if (signed === null) return { state: "failed", status: null, failure: "url", retryInMs: retry, gone: false };
    try {
      const headers = { ...signed, "content-type": "application/json" };
      const { status } = await post(webhook.url, { headers, body, longestMs: attemptMs, longestBytes: 0, signal });
      if (status >= 200 && status < 300) return { state: "delivered", status };
      return { state: "failed", status, failure: "status", retryInMs: status === 410 ? null : retry, gone: status === 410 };
    } catch (error) {
      const failure = reasonOf(error);
      return failure === "aborted" ? undefined : { state: "failed", status: null, failure, retryInMs: retry, gone: false };
    }
  }

  async function deliver({ webhook, delivery }: { webhook: StoredWebhook; delivery: TakenDelivery }, closing: AbortSignal): Promise<void> {
    if (delivery.repeated) metrics.handled("webhook", "repeated");
    await failpoint("delivery.before_call");
    const began = performance.now();
    const outcome = await attempt(webhook, delivery, closing);
    if (!outcome) return;
    await failpoint("delivery.before_end");
    await store.transaction((operations) => operations.endAttempt(webhook.id, delivery, outcome, Math.round(performance.now() - began), disableAfterMs));
    metrics.handled("webhook", outcome.state === "failed" && outcome.retryInMs !== null ? "delayed" : outcome.state);
  }

  return startSending({
    name: "webhooks",
    atOnce,
    async take() {
      const taken = await store.transaction((operations) => operations.takeDue(atOnceOf));
      return taken?.deliveries.map((delivery) => ({ webhook: taken.webhook, delivery })) ?? null;
    },
    deliver,
    failed,
  });
}
