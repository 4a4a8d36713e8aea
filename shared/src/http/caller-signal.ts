import type { ServerResponse } from "node:http";
import { CallerGone } from "./exchange.ts";

/** Aborted, with `CallerGone`, when the connection closes before the answer is sent: nobody waits for the work any more. */
export function callerSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new CallerGone("the caller disconnected"));
  });
  return controller.signal;
}
