import type { Failpoint } from "@newfeed/shared/ports/failpoint.ts";
import type { DeliveryMetrics } from "@newfeed/shared/ports/metrics.ts";
import { endOfQuietHours } from "@newfeed/shared/ports/quiet-hours.ts";
import type { Target as OpenedTarget, Targets } from "../devices/targets.ts";
import { type Sending, startSending } from "../sending.ts";
import type { Fcm } from "./fcm.ts";
import { createPushServices, type PushInHand } from "./push-services.ts";
import type { DuePush, PushStore, Target } from "./push-store.ts";
import { type PushKeys, webPushRequest } from "./web-push.ts";

/** Of one instance. */
const atOnce = 64;
const takenAtOnce = 16;
const attemptMs = 10_000;
const [second, minute] = [1_000, 60_000];
/** Before each further attempt; after that, the last one again, until it is too late. */
const delaysMs = [5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute];

/** When an attempt is made again after so many. Spread by a fifth each way. `asked`: by the push service, in seconds. */
function retryPushInMs(attempts: number, asked: number | null, random: () => number = Math.random): number {
  const delay = delaysMs[attempts - 1] ?? 30 * minute;
  return Math.max(Math.round(delay * (0.8 + 0.4 * random())), Math.min(asked ?? 0, 24 * 3_600) * 1_000);
}

/** Sends a body to a stranger's URL. Rejects when there is no answer. */
type Post = (
  url: string,
  post: { headers: Record<string, string>; body: Buffer; longestMs: number; longestBytes: number; signal: AbortSignal },
) => Promise<{ status: number; retryAfterSeconds: number | null }>;

export interface PushSenderOptions {
  store: PushStore;
  targets: Targets;
  keys: PushKeys;
  post: Post;
  /** Null where it is not set up. */
  fcm: Pick<Fcm, "send"> | null;
  metrics: DeliveryMetrics;
  failpoint: Failpoint;
  failed: (error: unknown) => void;
}

interface Answer {
  status: number;
  gone: boolean;
  retryAfterSeconds: number | null;
}
const noAnswer: Answer = { status: 0, gone: false, retryAfterSeconds: null };

/** Apps have one service, browsers one each. */
const serviceOf = (opened: OpenedTarget | null): string => (opened?.kind === "web" ? new URL(opened.endpoint).origin : "fcm");

/** When what waits for a push service that hangs is looked at again: spread, as there may be very much of it. */
const afterHanging = () => new Date(Date.now() + (5 + 25 * Math.random()) * second);

/** It may be another moment's: too many calls, a server that is broken, or a token that was not taken. */
const isPassing = (status: number) => status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;

/** Null where a browser's keys are none. */
function requestOf<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}

/** Sends pushes: at least once each, and again only when a push service did not take it, or nobody knows whether it did. */
export function startPushSender({ store, targets, keys, post, fcm, metrics, failpoint, failed }: PushSenderOptions): Sending {
  const services = createPushServices();

  async function call(push: DuePush, target: Target, opened: OpenedTarget | null, signal: AbortSignal): Promise<Answer> {
    // The key was changed: the device has to be registered again.
    if (!opened) return { ...noAnswer, gone: true };
    const { body, collapseKey, urgency } = push;
    const ttlSeconds = Math.max(0, Math.floor((push.expiresAt.getTime() - Date.now()) / 1_000));
    const payload = JSON.stringify({ ...(JSON.parse(body) as object), language: target.language });
    if (opened.kind === "fcm") {
      if (!fcm) return { ...noAnswer, status: 400 };
      const sent = fcm.send({ token: opened.token, payload, ttlSeconds, urgency, collapseKey }, AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]));
      // It is the installation's own account that may be refused.
      sent.catch((error: unknown) => signal.aborted || failed(error));
      return sent;
    }
    // Apple ends a subscription that is sent what shows nothing.
    if (push.closing && new URL(opened.endpoint).hostname.endsWith(".push.apple.com")) return { ...noAnswer, status: 200 };
    const request = requestOf(() => webPushRequest(keys, opened, { payload, ttlSeconds, urgency, collapseKey }));
    if (!request) return { ...noAnswer, gone: true };
    const { status, retryAfterSeconds } = await post(opened.endpoint, { ...request, longestMs: attemptMs, longestBytes: 0, signal });
    return { status, gone: status === 404 || status === 410, retryAfterSeconds };
  }

  async function deliver(push: DuePush, closing: AbortSignal): Promise<void> {
    const { to } = push;
    if (to === "shown") metrics.handled("push", "withheld");
    if (typeof to === "string") return store.drop(push, to);
    if (push.unanswered) metrics.handled("push", "repeated");
    // It was tried before, or waited while nobody could send it.
    const quietUntil = push.quietHours && !push.closing ? endOfQuietHours(push.quietHours, Date.now()) : null;
    if (quietUntil) return store.waitUntil(push, quietUntil);
    const opened = targets.open(to);
    const inHand = services.begin(serviceOf(opened));
    if (!inHand) return store.putOff(push, afterHanging());
    try {
      await send(push, to, opened, inHand, closing);
    } finally {
      inHand.end();
    }
  }

  async function send(push: DuePush, to: Target, opened: OpenedTarget | null, inHand: PushInHand, closing: AbortSignal): Promise<void> {
    await failpoint("delivery.before_call");
    const answer = await call(push, to, opened, closing).catch(() => noAnswer);
    // Its lease ends, and it is sent again.
    if (closing.aborted && answer.status === 0) return;
    if (answer.status !== 0) inHand.answered();
    else if (!answer.gone) inHand.didNotAnswer();
    await failpoint("delivery.before_end");
    const { status, gone, retryAfterSeconds } = answer;
    if (status >= 200 && status < 300) await store.noteSent(push);
    else if (!gone && isPassing(status)) await store.putBack(push, retryPushInMs(push.attempts, retryAfterSeconds));
    else await store.drop(push, gone ? "device_gone" : "refused");
    if (gone) await store.removeDevice(push);
    metrics.handled("push", status >= 200 && status < 300 ? "delivered" : !gone && isPassing(status) ? "delayed" : "failed");
  }

  return startSending({ name: "pushes", atOnce, take: (free) => store.take(Math.min(free, takenAtOnce)), deliver, failed });
}
