import type { Dispatcher } from "undici";
import type { AnswerReceiver, RouteCall, RouteCaller, UpstreamRequest, UpstreamResponse } from "../ports/upstream.ts";
import { takePropagatedMark } from "./propagated-errors.ts";

/** The caller disconnected, or stopped sending: no failure of the service. */
export class CallerGone extends Error {
  readonly status = 400;
}

/** One request through a pool, and its answer. */
export interface Exchange {
  /**
   * Sends it. Resolves after `start` was called, with the answer's status if it is a failure of the service's own; may be
   * called again after it threw.
   */
  send(pool: Dispatcher): Promise<number | undefined>;
  /** Ends it with this reason, in any state. */
  abort(reason: Error): void;
  resume(): void;
}

/**
 * Undici's lowest level: the receiver gets what is read in the same turn of the event loop. Undici's `request` makes a
 * stream and an abort signal per call, and piping that stream to a response cost more than the rest of forwarding.
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
              // Aborted while it waited for a connection.
              if (aborted) own.abort(aborted);
            },
            onResponseStart(_controller, status, answered) {
              // 1xx, such as 103 Early Hints: the final answer is still to come.
              if (status < 200) return;
              started = true;
              const propagated = takePropagatedMark(answered);
              receiver.start(status, answered);
              resolve(status >= 500 && !propagated ? status : undefined);
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
      // Undici reports nothing while the request waits for a connection.
      fail(reason);
    },
    resume() {
      controller?.resume();
    },
  };
}

/** The same of a call of a route by `caller`; over HTTP where nobody takes it. */
export function createRouteExchange(
  request: UpstreamRequest & { call: RouteCall },
  receiver: AnswerReceiver,
  caller: () => Promise<RouteCaller>,
  timeoutMs: number,
): Exchange {
  const ended = new AbortController();
  let overHttp: Exchange | undefined;
  let fail: (reason: Error) => void = () => {};
  async function callRoute(): Promise<number | undefined | null> {
    const answer = await (await caller()).call(request.call, request.headers, { signal: ended.signal, timeoutMs });
    ended.signal.throwIfAborted();
    if (!answer) return null;
    receiver.start(answer.status, {});
    receiver.data(Buffer.from(answer.text));
    receiver.end();
    return answer.status >= 500 && !answer.propagated ? answer.status : undefined;
  }
  return {
    async send(pool) {
      ended.signal.throwIfAborted();
      const aborted = new Promise<never>((_resolve, reject) => {
        fail = reject;
      });
      const failure = await Promise.race([callRoute(), aborted]);
      if (failure !== null) return failure;
      overHttp = createExchange(request, receiver);
      return overHttp.send(pool);
    },
    abort(reason) {
      if (ended.signal.aborted) return;
      ended.abort(reason);
      overHttp?.abort(reason);
      fail(reason);
    },
    resume: () => overHttp?.resume(),
  };
}

/** A receiver that keeps the answer until it is read. */
export function createCollector(): AnswerReceiver & { response(): UpstreamResponse; finished: Promise<unknown> } {
  const chunks: Buffer[] = [];
  const whole = Promise.withResolvers<string>();
  // The body may never be read.
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
