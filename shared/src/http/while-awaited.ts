import { currentContext, currentCorrelationId, runInContext } from "../ports/context.ts";
import { callerSignal } from "./caller-signal.ts";
import { type HttpCall, type HttpHandler, overHttp } from "./implement.ts";

/**
 * Marks a handler that only reads, and whose reading nobody shares: when its caller is gone, or has no time left, what it asks of the
 * database by itself ends there, too. A replica may answer it. Transactions, and what others may wait for, run to their end.
 */
export const whileAwaited = <Input, Output>(handle: (input: Input, call: HttpCall) => Promise<Output>): HttpHandler<Input, Output> =>
  overHttp((input, call) =>
    runInContext({ correlationId: currentCorrelationId(), ...currentContext(), signal: callerSignal(call.response), readsOnly: true }, () =>
      handle(input, call),
    ),
  );
