import { type Http, unwrap } from "../http.ts";
import type { CallOptions, Page, StoredEvent, TimelineEntry } from "../types.ts";

/** Which events; all that is given must be true of them. */
export interface EventFilters {
  /** `post.created`, or `POST_CREATED`. */
  type?: string;
  /** The id of what it happened to. */
  aggregate?: string;
  /** The id of who did it. */
  actor?: string;
  correlation?: string;
  /** Times (ISO 8601): made then or later, and before then. */
  from?: string;
  to?: string;
}
type Paging = { limit?: number; cursor?: string };

/** What happened, for administrators and auditors; throws `forbidden` for all others. */
export interface EventCalls {
  /** The newest first. */
  list(query?: EventFilters & Paging, options?: CallOptions): Promise<Page<StoredEvent>>;
  get(id: string, options?: CallOptions): Promise<StoredEvent>;
  /** What happened to something, the oldest first. */
  ofAggregate(id: string, query?: Paging, options?: CallOptions): Promise<Page<StoredEvent>>;
  /** What a request has caused, the oldest first. */
  ofCorrelation(correlationId: string, query?: Paging, options?: CallOptions): Promise<Page<TimelineEntry>>;
}

export function eventCalls({ api }: Http): EventCalls {
  return {
    list: (query = {}, options) => unwrap(api.GET("/api/v1/events", { params: { query }, ...options })),
    get: (id, options) => unwrap(api.GET("/api/v1/events/{id}", { params: { path: { id } }, ...options })),
    ofAggregate: (id, query = {}, options) => unwrap(api.GET("/api/v1/events/aggregates/{id}", { params: { path: { id }, query }, ...options })),
    ofCorrelation: (correlationId, query = {}, options) =>
      unwrap(api.GET("/api/v1/events/correlations/{correlationId}", { params: { path: { correlationId }, query }, ...options })),
  };
}
