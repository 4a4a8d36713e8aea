import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** What all work done for one request, event, message or job shares, however deep in the code it runs. */
export interface RequestContext {
  /** Stands in log lines, in events, and in calls of other services. */
  readonly correlationId: string;
  /** Of the span that the work belongs to, where it is traced. */
  readonly traceparent?: string | undefined;
  /** Aborted when nobody waits for the work any more: statements outside of transactions end then. Absent where it runs to its end. */
  readonly signal?: AbortSignal;
  /** The work changes nothing: a replica may answer what it asks outside of transactions. */
  readonly readsOnly?: boolean;
}

const storage = new AsyncLocalStorage<RequestContext | undefined>();

/** Runs `work`, with everything it awaits or starts, in this context; in none where it is undefined. */
export const runInContext = <T>(context: RequestContext | undefined, work: () => T): T => storage.run(context, work);

/** Runs work that no request, event or message caused, under a new correlation id that begins with its name. */
export const runJob = <T>(name: string, work: () => T, traceparent?: string): T => storage.run({ correlationId: `${name}:${randomUUID()}`, traceparent }, work);

/** The context that the running code is in. */
export const currentContext = (): RequestContext | undefined => storage.getStore();

/** The correlation id for an event or a call. Outside of any context each call gives a new one. */
export const currentCorrelationId = (): string => storage.getStore()?.correlationId ?? randomUUID();
