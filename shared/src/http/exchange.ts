import type { Dispatcher } from "undici";
import type { AnswerReceiver, UpstreamRequest, UpstreamResponse } from "../ports/upstream.ts";
import { takePropagatedMark } from "./propagated-errors.ts";

/** The caller went away, or stopped sending: no failure of the service. */
export class CallerGone extends Error {
  readonly status = 400;
}

/** One request on its way through a pool, and its answer on the way back. */
export interface Exchange {
  /**
   * Sends it. Resolves when the headers are there and `start` was called, with whether they tell of a failure of the
   * service's own; may be called again after it threw.
   */
  send(pool: Dispatcher): Promise<boolean>;
  /** Ends it with this reason, in whatever state it is. */
  abort(reason: Error): void;
  resume(): void;
}

/**
 * Undici's lowest level: what it reads is given to the receiver in the same turn. Its `request` would make a stream and
 * an abort signal for each call, and joining that stream to a response cost more than all the rest of the way.
 */
export function createExchange({ method, path, headers, body }: UpstreamRequest, receiver: AnswerReceiver): Exchange {
  let controller: Dispatcher.DispatchController | undefined;
  let aborted: Error | undefined;
  let fail: (reason: Error) => void = () => {};

  return {
    send: (pool) =>
      new Promise((resolve, reject) => {
        if (aborted) return reject(aborted);
        fail = reject;
        let started = false;
        pool.dispatch(
          { method, path, headers, body: body ?? null },
          {
            onRequestStart(own) {
              controller = own;
              // It waited for a connection meanwhile.
              if (aborted) own.abort(aborted);
            },
            onResponseStart(_controller, status, answered) {
              // 103 Early Hints and the like: the answer is still to come.
              if (status < 200) return;
              started = true;
              const passedOn = takePropagatedMark(answered);
              receiver.start(status, answered);
              resolve(status >= 500 && !passedOn);
            },
            onResponseData(own, chunk) {
              if (!receiver.data(chunk)) own.pause();
            },
            onResponseEnd() {
              receiver.end();
            },
            onResponseError(_controller, error) {
              if (started) receiver.broken(aborted ?? error);
              else reject(aborted ?? error);
            },
          },
        );
      }),
    abort(reason) {
      if (aborted) return;
      aborted = reason;
      controller?.abort(reason);
      // While it waits for a connection, nobody else would tell.
      fail(reason);
    },
    resume() {
      controller?.resume();
    },
  };
}

/** A receiver that keeps the answer until somebody reads it. */
export function createCollector(): AnswerReceiver & { response(): UpstreamResponse; finished: Promise<unknown> } {
  const chunks: Buffer[] = [];
  const whole = Promise.withResolvers<string>();
  // Whoever looks only at the status may leave.
  whole.promise.catch(() => {});
  let head: Pick<UpstreamResponse, "status" | "headers"> = { status: 0, headers: {} };
  return {
    start(status, headers) {
      head = { status, headers };
    },
    data: (chunk) => chunks.push(chunk) > 0,
    end: () => whole.resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString()),
    broken: whole.reject,
    finished: whole.promise,
    response: () => ({ ...head, body: { text: () => whole.promise } }),
  };
}
