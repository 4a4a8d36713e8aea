import { setTimeout as sleep } from "node:timers/promises";
import { type Link, ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Tracing } from "../ports/tracing.ts";

export interface OtlpTracingOptions {
  /** The collector's base URL, as OTEL_EXPORTER_OTLP_ENDPOINT gives it: `/v1/traces` is added. */
  endpoint: string;
  service: string;
  instance: string;
  /** The share of traces that are recorded, 0 to 1. It is decided by the trace id, so that all parts decide alike. */
  ratio: number;
}

const closeWithinMs = 2_000;

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

const form = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

function readTraceparent(text: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = form.exec(text ?? "") ?? [];
  return traceId && spanId && flags ? { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true } : undefined;
}

const writeTraceparent = ({ traceId, spanId, traceFlags }: SpanContext) => `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;

/** Sends spans to an OTLP collector in batches, in the background: a collector that is away loses spans and disturbs nothing. */
export function createOtlpTracing({ endpoint, service, instance, ratio }: OtlpTracingOptions): Tracing & { close(): Promise<void> } {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.namespace": "newfeed", "service.name": service, "service.instance.id": instance }),
    sampler: new TraceIdRatioBasedSampler(ratio),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, "")}/v1/traces` }), scheduledDelayMillis: 1_000 }),
    ],
  });
  const tracer = provider.getTracer("newfeed");
  return {
    start(name, { kind, parent, links = [], attributes }) {
      const context = readTraceparent(parent);
      const span = tracer.startSpan(
        name,
        {
          kind: kinds[kind],
          ...(attributes && { attributes }),
          links: links.flatMap((link): Link[] => {
            const linked = readTraceparent(link);
            return linked ? [{ context: linked }] : [];
          }),
        },
        context ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT,
      );
      return {
        traceparent: writeTraceparent(span.spanContext()),
        end(outcome = {}) {
          if (outcome.name) span.updateName(outcome.name);
          if (outcome.attributes) span.setAttributes(outcome.attributes);
          if (outcome.error !== undefined)
            span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.error instanceof Error ? outcome.error.name : "failed" });
          span.end();
        },
      };
    },
    async close() {
      // What cannot be delivered by then is lost, as it is while the collector is away.
      await Promise.race([provider.shutdown().catch(() => {}), sleep(closeWithinMs, undefined, { ref: false })]);
    },
  };
}
