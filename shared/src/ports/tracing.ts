/** OpenTelemetry's kinds of spans. */
export type SpanKind = "server" | "client" | "producer" | "consumer" | "internal";

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  kind: SpanKind;
  /** The traceparent of what waits for this, or caused it; without one, or with one that is malformed, the span begins a trace. */
  parent?: string | undefined;
  /** Traceparents of what caused this together with others. */
  links?: readonly string[];
  attributes?: SpanAttributes;
}

/** Work that is under way. */
export interface Span {
  /** Goes along with calls, outbox rows, messages and signals (https://www.w3.org/TR/trace-context/#traceparent-header). */
  readonly traceparent: string;
  /** To be called once; `error` marks the work as failed, `name` replaces a name that was not known at the start. */
  end(outcome?: { name?: string; error?: unknown; attributes?: SpanAttributes }): void;
}

/** Records what a request does, and what follows from it. Parts take it as `Tracing | undefined`: without one they do nothing for it. */
export interface Tracing {
  start(name: string, options: SpanOptions): Span;
}

export const traceparentHeader = "traceparent";
