import { createHash, timingSafeEqual } from "node:crypto";
import type { Express } from "express";
import { Counter, collectDefaultMetrics, Gauge, Histogram, type OpenMetricsContentType, Registry } from "prom-client";
import { Problem } from "../contracts/errors.ts";
import type { GaugeName, Metrics, MetricsFormat } from "../ports/metrics.ts";

const gauges: Record<GaugeName, { help: string; labels: string[] }> = {
  newfeed_outbox_unsent: { help: "Events that are committed and not sent yet", labels: ["service"] },
  newfeed_outbox_oldest_seconds: { help: "Age of the oldest event that is not sent yet; 0 when there is none", labels: ["service"] },
  newfeed_dead_letters: { help: "Events that the service could not handle, until they are replayed or dropped", labels: ["service"] },
  newfeed_housekeeping_age_seconds: { help: "Since the job last came to the end of what was due; since the start, before that", labels: ["service", "job"] },
  newfeed_jobs: { help: "Jobs that are not done, such as the removal of what a deleted account leaves", labels: ["service"] },
  newfeed_jobs_oldest_seconds: { help: "Age of the oldest job that is not done; 0 when there is none", labels: ["service"] },
  newfeed_bulk_events: { help: "Events of jobs that let others go first and are not in the outbox yet; counted up to 100,000", labels: ["service"] },
  newfeed_account_deletions_running: { help: "Deletions of accounts that a service has not finished, up to ten thousand", labels: [] },
  newfeed_account_deletions_late: { help: "Of these, those that began more than an hour ago", labels: [] },
  newfeed_breaker_state: { help: "1 for the state that the circuit breaker to this service is in", labels: ["upstream", "state"] },
  newfeed_connections: { help: "Clients that are connected, by transport", labels: ["transport"] },
  newfeed_followed_streams: { help: "Streams that connected clients follow, each counted once per client", labels: ["transport"] },
  newfeed_search_engine_waiting: { help: "Changes of posts that the search engine does not have yet", labels: [] },
  newfeed_admission_queue: { help: "Steps of connections in the admission queue, running or waiting", labels: [] },
  newfeed_streams_due: { help: "Streams that the trimming has to look at, up to ten thousand", labels: [] },
  newfeed_streams_due_oldest_seconds: { help: "For how long the first of them has been due; 0 when there is none", labels: [] },
};

/** A scraper waits ten seconds by default; a database that is away must not cost it everything else. */
const sampleWithinMs = 2_000;

let processRegistry: Registry | undefined;
/** CPU, memory, event loop and garbage collection of the process, from the first scrape on: without a scraper they cost nothing. */
function ofProcess(): Registry {
  if (processRegistry) return processRegistry;
  processRegistry = new Registry();
  collectDefaultMetrics({ register: processRegistry });
  return processRegistry;
}

/** Metrics of one feed, in a registry of its own: a process may run several feeds. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // In a registry of its own: the client writes exemplars in OpenMetrics alone, and changes the names of counters there for good.
  const ofRequests = new Registry<OpenMetricsContentType>();
  ofRequests.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const requests = new Histogram<string>({
    enableExemplars: true,
    name: "newfeed_http_request_seconds",
    help: "Time until the answer was sent, by route pattern; event streams are not in it",
    labelNames: ["service", "route", "method", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [ofRequests],
  });
  const lag = new Histogram({
    name: "newfeed_event_lag_seconds",
    help: "From when an event happened until its effect was committed; its count is the number of events consumed",
    labelNames: ["service"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  });
  const counter = (name: string, help: string, labelNames: string[]) => new Counter({ name, help, labelNames, registers });
  const problems = counter("newfeed_problems_total", "Requests answered with a problem, by its code", ["service", "code"]);
  const failures = counter("newfeed_event_failures_total", "Tries of an event handler that failed, by whose fault it was", ["service", "cause"]);
  const dead = counter("newfeed_events_dead_lettered_total", "Events that were dead-lettered", ["service"]);
  const fetched = counter("newfeed_events_fetched_total", "Events that never came over the bus and were fetched from their producer", ["service"]);
  const housekept = counter("newfeed_housekeeping_rows_total", "Rows that a job of the housekeeping removed or dealt with", ["service", "job"]);
  const housekeepingFailures = counter("newfeed_housekeeping_failures_total", "Runs of a job of the housekeeping that ended in an error", ["service", "job"]);
  const delivered = counter("newfeed_deliveries_total", "Live entries written to clients", ["transport"]);
  const replayed = counter("newfeed_replayed_entries_total", "Entries written to clients that resumed", ["transport"]);
  const resets = counter("newfeed_resets_total", "Clients whose position was of no use, and that had to fetch again", ["transport", "reason"]);
  const closed = counter("newfeed_connections_closed_total", "Connections closed by the server, by the code that the client got", ["transport", "code"]);
  const mails = counter("newfeed_mails_total", "Mails by kind, and what became of them; a delayed one counts with each try", ["kind", "outcome"]);
  const deliveries = counter("newfeed_outside_deliveries_total", "Attempts to send something outside, by channel and what became of it", [
    "channel",
    "outcome",
  ]);
  const lookUps = counter(
    "newfeed_api_token_lookups_total",
    "Look-ups of API tokens, and of sessions of tokens from elsewhere, that an instance did not know, by what they found",
    ["outcome"],
  );
  const replicaReads = counter("newfeed_replica_reads_total", "Statements that a replica may answer, by who answered, or why the primary did", [
    "service",
    "outcome",
  ]);
  const read = Object.fromEntries(
    Object.entries(gauges).map(([name, { help, labels }]) => [name, new Gauge({ name, help, labelNames: labels, registers })]),
  ) as Record<GaugeName, Gauge>;

  const samplers: Parameters<Metrics["sample"]>[0][] = [];
  async function sampleNow(): Promise<void> {
    const results = await Promise.allSettled(samplers.map((sampler) => inTime((async () => sampler())())));
    for (const gauge of Object.values(read)) gauge.reset();
    for (const result of results) if (result.status === "fulfilled") for (const { gauge, labels, value } of result.value) read[gauge].set(labels, value);
  }
  async function renderNow(): Promise<Record<MetricsFormat, string>> {
    await sampleNow();
    const [own, process, withExemplars] = await Promise.all([registry.metrics(), ofProcess().metrics(), ofRequests.metrics()]);
    const text = [own, process].join("\n");
    return { prometheus: `${text}\n${withoutExemplars(withExemplars)}`, openmetrics: `${asOpenMetrics(text)}${withExemplars}` };
  }
  let rendering: Promise<Record<MetricsFormat, string>> | undefined;

  return {
    requestsOf: (service) => ({
      answered({ route, method, status, seconds, code, traceId }) {
        if (code) problems.inc({ service, code });
        const labels = { service, route, method, status: `${Math.floor(status / 100)}xx` };
        requests.observe({ labels, value: seconds, ...(traceId && { exemplarLabels: { trace_id: traceId } }) });
      },
    }),
    eventsOf: (service) => ({
      // A producer's clock may be ahead of ours.
      committed: (occurredAt) => lag.observe({ service }, Math.max(0, (Date.now() - Date.parse(occurredAt)) / 1000)),
      failed: (cause) => failures.inc({ service, cause }),
      deadLettered: () => dead.inc({ service }),
      fetched: (count) => fetched.inc({ service }, count),
    }),
    housekeepingOf: (service) => ({
      did: (job, rows) => housekept.inc({ service, job }, rows),
      failed: (job) => housekeepingFailures.inc({ service, job }),
    }),
    live: {
      delivered: (transport, count) => delivered.inc({ transport }, count),
      replayed: (transport, count) => replayed.inc({ transport }, count),
      reset: (transport, reason) => resets.inc({ transport, reason }),
      closed: (transport, code) => closed.inc({ transport, code }),
    },
    mails: { handled: (kind, outcome) => mails.inc({ kind, outcome }) },
    deliveries: { handled: (channel, outcome) => deliveries.inc({ channel, outcome }) },
    replicaReadsOf: (service) => ({ read: (outcome) => replicaReads.inc({ service, outcome }) }),
    apiTokens: { lookedUp: (outcome) => lookUps.inc({ outcome }) },
    sample(sampler) {
      samplers.push(sampler);
    },
    async render(format = "prometheus") {
      // Concurrent scrapes share one reading.
      rendering ??= renderNow().finally(() => {
        rendering = undefined;
      });
      return (await rendering)[format];
    },
  };
}

/** A family of counters is named without the ending that their samples have; there are no empty lines (https://prometheus.io/docs/specs/om/open_metrics_spec/). */
const asOpenMetrics = (text: string) => {
  const counters = [...text.matchAll(/^# TYPE (\S+)_total counter$/gm)].map(([, name]) => name);
  const named = new Set(counters);
  return text
    .replace(/^(# (?:TYPE|HELP) )(\S+)_total /gm, (line, start: string, name: string) => (named.has(name) ? `${start}${name} ` : line))
    .replace(/\n{2,}/g, "\n");
};

const withoutExemplars = (text: string) => text.replace(/ # \{.*$/gm, "").replace(/^# EOF\n/m, "");

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("took too long")), sampleWithinMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface MetricsRouteOptions {
  render: Metrics["render"];
  /** What a scraper authenticates with; null serves nothing. */
  token: string | null;
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * `/metrics`, for those who send the token as a Bearer token. A caller's address proves nothing: a proxy on the same machine
 * has a local one, whatever client is behind it.
 */
export function metricsRoute(app: Express, { render, token }: MetricsRouteOptions): void {
  if (token === null) return;
  const expected = digest(`Bearer ${token}`);
  app.get("/metrics", async (request, response) => {
    // Of equal length, so that the comparison takes the same time for all.
    if (!timingSafeEqual(digest(request.headers.authorization ?? ""), expected)) throw new Problem("unauthenticated");
    const open = /\bapplication\/openmetrics-text\b/.test(request.headers.accept ?? "");
    response.setHeader("content-type", open ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE);
    response.send(await render(open ? "openmetrics" : "prometheus"));
  });
}
