import { currentContext } from "@newfeed/shared/ports/context.ts";
import type { Span, Tracing } from "@newfeed/shared/ports/tracing.ts";
import type { LiveStream } from "./live-streams.ts";

/** The spans of what is written to the followers of streams. */
export interface DeliverySpans {
  /** Entries of the trace that the running code belongs to are pending. */
  pending(stream: LiveStream): void;
  /** They are written now. Undefined if they belong to no trace. */
  start(stream: LiveStream, entries: number): Span | undefined;
}

export function createDeliverySpans(tracing: Tracing): DeliverySpans {
  const causes = new Map<LiveStream, Set<string>>();
  return {
    pending(stream) {
      const traceparent = currentContext()?.traceparent;
      if (traceparent) causes.set(stream, (causes.get(stream) ?? new Set()).add(traceparent));
    },
    start(stream, entries) {
      const [parent, ...others] = causes.get(stream) ?? [];
      causes.delete(stream);
      if (!parent) return undefined;
      const attributes = { "newfeed.stream": stream.name.split(":")[0] ?? "", "newfeed.entries": entries };
      return tracing.start("deliver", { kind: "producer", parent, links: others, attributes });
    },
  };
}
