import type { Failpoint } from "@newfeed/shared/ports/failpoint.ts";
import type { DeliveryMetrics } from "@newfeed/shared/ports/metrics.ts";
import { createDueWork } from "@newfeed/shared/runtime/due-work.ts";
import type { WebhookSecrets } from "./secrets.ts";
import type { AttemptOutcome, StoredWebhook, TakenDelivery, WebhookStore } from "./store.ts";

/** Of one instance. */
const atOnce = 128;
/** Of one webhook: one that hangs holds no more than these; one that fails, one. */
const atOnceOf = ({ failingSince }: StoredWebhook) => (failingSince === null ? 4 : 1);
const attemptMs = 10_000;
/** What another instance has left, what is to be sent again, and what a wake has missed. */
const pollMs = 1_000;

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
  const closing = new AbortController();
  const inHand = new Set<Promise<void>>();

  /** Undefined when the attempt was given up because the service stops: its lease ends, and it is made again. */
  async function attempt(webhook: StoredWebhook, { messageId, body, attempts }: TakenDelivery): Promise<AttemptOutcome | undefined> {
    const retry = retryInMs(attempts);
    const signed = secrets.headersOf(webhook, messageId, body);
    // The key was changed: its owner makes a new secret.
    if (signed === null) return { state: "failed", status: null, failure: "url", retryInMs: retry, gone: false };
    try {
      const headers = { ...signed, "content-type": "application/json" };
      const { status } = await post(webhook.url, { headers, body, longestMs: attemptMs, longestBytes: 0, signal: closing.signal });
      if (status >= 200 && status < 300) return { state: "delivered", status };
      return { state: "failed", status, failure: "status", retryInMs: status === 410 ? null : retry, gone: status === 410 };
    } catch (error) {
      const failure = reasonOf(error);
      return failure === "aborted" ? undefined : { state: "failed", status: null, failure, retryInMs: retry, gone: false };
    }
  }

  async function deliver(webhook: StoredWebhook, delivery: TakenDelivery): Promise<void> {
    if (delivery.repeated) metrics.handled("webhook", "repeated");
    await failpoint("delivery.before_call");
    const began = performance.now();
    const outcome = await attempt(webhook, delivery);
    if (!outcome) return;
    await failpoint("delivery.before_end");
    await store.transaction((operations) => operations.endAttempt(webhook.id, delivery, outcome, Math.round(performance.now() - began), disableAfterMs));
    metrics.handled("webhook", outcome.state === "failed" && outcome.retryInMs !== null ? "delayed" : outcome.state);
  }

  const sending = createDueWork(
    "webhooks",
    async () => {
      if (closing.signal.aborted || inHand.size >= atOnce) return false;
      const taken = await store.transaction((operations) => operations.takeDue(atOnceOf));
      for (const delivery of taken?.deliveries ?? []) {
        const delivering: Promise<void> = deliver(taken?.webhook as StoredWebhook, delivery)
          .catch(failed)
          .finally(() => {
            inHand.delete(delivering);
            sending.wake();
          });
        inHand.add(delivering);
      }
      return taken !== null;
    },
    failed,
  );
  const timer = setInterval(() => sending.wake(), pollMs);
  return {
    wake: () => sending.wake(),
    async close(): Promise<void> {
      clearInterval(timer);
      closing.abort();
      await sending.close();
      await Promise.all(inHand);
    },
  };
}
