import { createDueWork } from "@newfeed/shared/runtime/due-work.ts";

export interface SendingOptions<Due> {
  /** Begins the correlation id of each run. */
  name: string;
  /** Of one instance. */
  atOnce: number;
  /** Takes some of what is due, up to `free`; null when nothing is. */
  take: (free: number) => Promise<readonly Due[] | null>;
  /** Sends it and notes how that ended. Given up when the signal aborts: then it comes due again by itself. */
  deliver: (due: Due, closing: AbortSignal) => Promise<void>;
  /** Of the database, mostly. What is in hand then is sent again once its lease is over. */
  failed: (error: unknown) => void;
}

/** What another instance has left, what is to be sent again, and what a wake has missed. */
const pollMs = 1_000;

/** Sends what is due, much of it at once. No transaction is open while a receiver is waited for. */
export function startSending<Due>({ name, atOnce, take, deliver, failed }: SendingOptions<Due>) {
  const closing = new AbortController();
  const inHand = new Set<Promise<void>>();
  const sending = createDueWork(
    name,
    async () => {
      if (closing.signal.aborted || inHand.size >= atOnce) return false;
      const taken = await take(atOnce - inHand.size);
      for (const due of taken ?? []) {
        const delivering: Promise<void> = deliver(due, closing.signal)
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
export type Sending = ReturnType<typeof startSending>;
