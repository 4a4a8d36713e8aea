import type { ErrorCode } from "../contracts/errors.ts";

/** The answers of one service. */
export interface RequestMetrics {
  /** `route` is the pattern, never the requested path: a label must not take endless values. `code` is that of the problem, `traceId` of a trace that is kept. */
  answered(request: { route: string; method: string; status: number; seconds: number; code?: ErrorCode | undefined; traceId?: string | undefined }): void;
}

/** What became of the events that one service consumes. */
export interface EventMetrics {
  /** Its effect is committed; `occurredAt` says how long ago it happened. */
  committed(occurredAt: string): void;
  /** A try that ended in an error: of the handler's own, or of a dependency (a database restarting). */
  failed(cause: "handler" | "dependency"): void;
  deadLettered(): void;
  /** Events that never came over the bus, and were fetched from their producer. */
  fetched(count: number): void;
}

/** What a service's housekeeping does, by job. */
export interface HousekeepingMetrics {
  did(job: string, rows: number): void;
  failed(job: string): void;
}

/** `superfluous`: its recipient has verified the address for another account. `limited`: the recipient got too many. */
export type MailOutcome = "sent" | "delayed" | "refused" | "expired" | "limited" | "superfluous";

/** What became of mails; one that is delayed counts again with each try. */
export interface MailMetrics {
  handled(kind: string, outcome: MailOutcome): void;
}

/**
 * `delivered`: its receiver said so. `delayed`: it is tried again. `failed`: it is not. `repeated`: it is sent again because nobody
 * knows whether it arrived; counts beside the others. `withheld`: its recipient has it already.
 */
export type DeliveryOutcome = "delivered" | "delayed" | "failed" | "repeated" | "withheld";

/** What became of what is sent outside; each attempt counts. */
export interface DeliveryMetrics {
  handled(channel: "webhook" | "push" | "mail", outcome: DeliveryOutcome): void;
}

/** `limited`: the network had presented too many that are none. */
export type TokenLookUp = "found" | "unknown" | "limited";

/** `behind`: it had not replayed enough. `resting`: it is not asked for a moment after that. `away`: it did not answer. In all of these the primary did. */
export type ReplicaOutcome = "replica" | "behind" | "resting" | "away";

/** Who answered what a replica may answer. */
export interface ReplicaMetrics {
  read(outcome: ReplicaOutcome): void;
}

/** Look-ups of API tokens that an instance did not know. */
export interface ApiTokenMetrics {
  lookedUp(outcome: TokenLookUp): void;
}

export type Transport = "socket" | "sse";

/** What clients that stay connected are given. Called for a whole broadcast at once, never for each of its receivers. */
export interface LiveMetrics {
  /** Entries times receivers. */
  delivered(transport: Transport, count: number): void;
  /** Entries written to a client that resumed. */
  replayed(transport: Transport, count: number): void;
  reset(transport: Transport, reason: string): void;
  /** Closed by the server, with the code that the client got. */
  closed(transport: Transport, code: string): void;
}

/** Values that are read at a scrape, instead of being counted all along. */
export type GaugeName =
  | "newfeed_outbox_unsent"
  | "newfeed_outbox_oldest_seconds"
  | "newfeed_dead_letters"
  | "newfeed_housekeeping_age_seconds"
  | "newfeed_jobs"
  | "newfeed_jobs_oldest_seconds"
  | "newfeed_bulk_events"
  | "newfeed_account_deletions_running"
  | "newfeed_account_deletions_late"
  | "newfeed_breaker_state"
  | "newfeed_connections"
  | "newfeed_followed_streams"
  | "newfeed_admission_queue"
  | "newfeed_search_engine_waiting"
  | "newfeed_streams_due"
  | "newfeed_streams_due_oldest_seconds";

export interface Sample {
  gauge: GaugeName;
  labels: Record<string, string>;
  value: number;
}

export type MetricsFormat = "prometheus" | "openmetrics";

/** Everything that one feed, or one part of a cluster, counts. Calls cost about a microsecond and never throw. */
export interface Metrics {
  requestsOf(service: string): RequestMetrics;
  eventsOf(service: string): EventMetrics;
  housekeepingOf(service: string): HousekeepingMetrics;
  live: LiveMetrics;
  mails: MailMetrics;
  deliveries: DeliveryMetrics;
  apiTokens: ApiTokenMetrics;
  replicaReadsOf(service: string): ReplicaMetrics;
  /** Calls `read` at each scrape; when it fails or takes long, its gauges are missing. */
  sample(read: () => Promise<readonly Sample[]> | readonly Sample[]): void;
  /** All of it in Prometheus' text format, or in OpenMetrics', which has exemplars: of each bucket of times a trace that fell into it. */
  render(format?: MetricsFormat): Promise<string>;
}
