import type { Bus, Message } from "../ports/bus.ts";
import { currentContext, currentCorrelationId, runInContext } from "../ports/context.ts";
import type { RawDatabase } from "../ports/database.ts";
import { type Span, type SpanOptions, type Tracing, traceparentHeader } from "../ports/tracing.ts";
import type { Upstream, UpstreamRequest } from "../ports/upstream.ts";

// Parts with spans around what they do: a run without tracing uses the parts as they are.

/** Runs `work` in the context of a span, which ends with it. */
async function within<T>(tracing: Tracing, name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  const span = tracing.start(name, options);
  try {
    const result = await runInContext({ correlationId: currentCorrelationId(), ...currentContext(), traceparent: span.traceparent }, work);
    span.end();
    return result;
  } catch (error) {
    span.end({ error });
    throw error;
  }
}

const status = (code: number) => ({ attributes: { "http.response.status_code": code }, ...(code >= 500 && { error: code }) });

/** Calls of a service carry the traceparent of a client's span. What belongs to no trace, such as polling, begins none. */
export function tracedUpstream(service: string, upstream: Upstream, tracing: Tracing): Upstream {
  function begin(request: UpstreamRequest): { span?: Span; request: UpstreamRequest } {
    const { method, path, headers } = request;
    // A request that is forwarded brings the traceparent of its own.
    const given = headers[traceparentHeader];
    const parent = typeof given === "string" ? given : currentContext()?.traceparent;
    if (!parent) return { request };
    const span = tracing.start(`${method} ${service}`, {
      kind: "client",
      parent,
      attributes: { "http.request.method": method, "server.address": service, "url.path": path.split("?")[0] ?? "" },
    });
    return { span, request: { ...request, headers: { ...headers, [traceparentHeader]: span.traceparent } } };
  }
  return {
    ...upstream,
    get breaker() {
      return upstream.breaker;
    },
    async request(given) {
      const { span, request } = begin(given);
      try {
        const response = await upstream.request(request);
        span?.end(status(response.status));
        return response;
      } catch (error) {
        span?.end({ error });
        throw error;
      }
    },
    pass(given, receiver) {
      const { span, request } = begin(given);
      const passage = upstream.pass(request, {
        start(code, headers) {
          span?.end(status(code));
          receiver.start(code, headers);
        },
        data: (chunk) => receiver.data(chunk),
        end: () => receiver.end(),
        broken: (error) => receiver.broken(error),
      });
      passage.started.catch((error: unknown) => span?.end({ error }));
      return passage;
    },
  };
}

const traceparentsOf = (messages: readonly Message[]) => messages.flatMap(({ traceparent }) => traceparent ?? []);

/** Publishing and handling are spans: a lone message goes on with its trace, a batch links to those of its messages. */
export function tracedBus(bus: Bus, tracing: Tracing): Bus {
  const options = (kind: "producer" | "consumer", messages: readonly Message[], queue?: string): SpanOptions => {
    const traceparents = traceparentsOf(messages);
    const attributes = { "messaging.batch.message_count": messages.length, ...(queue && { "messaging.destination.name": queue }) };
    return messages.length === 1 ? { kind, parent: traceparents[0], attributes } : { kind, links: [...new Set(traceparents)], attributes };
  };
  return {
    ...bus,
    publish: (messages) => within(tracing, "publish", options("producer", messages), () => bus.publish(messages)),
    consume: (queue, consuming, handler) =>
      bus.consume(queue, consuming, {
        ...handler,
        handle: (batch) => within(tracing, `process ${queue}`, options("consumer", batch, queue), () => handler.handle(batch)),
      }),
  };
}

/** Transactions are spans. Within one that is traced already, that is; what no request or event asked for is left out. */
export function tracedDatabase(name: string, database: RawDatabase, tracing: Tracing): RawDatabase {
  return {
    ...database,
    transaction(work) {
      const parent = currentContext()?.traceparent;
      if (!parent) return database.transaction(work);
      return within(tracing, "transaction", { kind: "client", parent, attributes: { "db.system.name": "postgresql", "db.namespace": name } }, () =>
        database.transaction(work),
      );
    },
  };
}
