import { type Dashboard, rate, window } from "./panels.ts";
import { serverDashboards } from "./server-dashboards.ts";

const quantile = (share: number, name: string, filter: string, by: string) =>
  `histogram_quantile(${share}, sum by (le, ${by}) (rate(${name}_bucket${filter}${window})))`;
/** All instances of a service report the same. */
const ofServices = (name: string, by = "service") => `max by (${by}) (${name})`;

/** The dashboards of NewFeed's own metrics; `generate-deployment.mjs` writes them for Grafana, and those of the servers beside it. */
export const dashboards: readonly Dashboard[] = [
  {
    uid: "newfeed-feed",
    title: "NewFeed: the feed",
    panels: [
      {
        title: "Requests at the gateways, by status",
        unit: "reqps",
        queries: { "{{status}}": rate('newfeed_http_request_seconds_count{service="api-gateway"}', "status") },
      },
      {
        title: "Answers of the gateways",
        unit: "s",
        queries: {
          median: `histogram_quantile(0.5, sum by (le) (rate(newfeed_http_request_seconds_bucket{service="api-gateway"}${window})))`,
          "99th percentile": `histogram_quantile(0.99, sum by (le) (rate(newfeed_http_request_seconds_bucket{service="api-gateway"}${window})))`,
        },
      },
      { title: "Problems, by code", unit: "reqps", queries: { "{{service}} {{code}}": rate("newfeed_problems_total", "service, code") } },
      { title: "Connected clients", unit: "short", queries: { "{{transport}}": "sum by (transport) (newfeed_connections)" } },
      { title: "Entries to clients", unit: "reqps", queries: { "{{transport}}": rate("newfeed_deliveries_total", "transport") } },
      {
        title: "Open breakers",
        unit: "short",
        queries: { "{{upstream}}": 'max by (upstream) (newfeed_breaker_state{state="open"}) or vector(0)' },
      },
      {
        title: "Objectives: share that missed them, in an hour",
        unit: "percentunit",
        queries: { "{{objective}}": "newfeed:objective_missed:ratio_1h" },
      },
      { title: "Instances that answer", unit: "short", queries: { "{{job}}": 'sum by (job) (up{job=~"newfeed.*"})' } },
    ],
  },
  {
    uid: "newfeed-path",
    title: "NewFeed: from a write to its readers",
    panels: [
      { title: "Events that wait for the bus", unit: "short", queries: { "{{service}}": ofServices("newfeed_outbox_unsent") } },
      { title: "The oldest of them", unit: "s", queries: { "{{service}}": ofServices("newfeed_outbox_oldest_seconds") } },
      { title: "Events handled", unit: "reqps", queries: { "{{service}}": rate("newfeed_event_lag_seconds_count", "service") } },
      {
        title: "From an event to its effect, 99th percentile",
        unit: "s",
        queries: { "{{service}}": quantile(0.99, "newfeed_event_lag_seconds", "", "service") },
      },
      { title: "Failed attempts", unit: "reqps", queries: { "{{service}} {{cause}}": rate("newfeed_event_failures_total", "service, cause") } },
      { title: "Dead letters", unit: "short", queries: { "{{service}}": ofServices("newfeed_dead_letters") } },
      { title: "Events that the broker lost", unit: "reqps", queries: { "{{service}}": rate("newfeed_events_fetched_total", "service") } },
      { title: "Entries to clients that came back", unit: "reqps", queries: { "{{transport}}": rate("newfeed_replayed_entries_total", "transport") } },
      { title: "Clients that had to fetch again", unit: "reqps", queries: { "{{reason}}": rate("newfeed_resets_total", "reason") } },
      { title: "Connections that we closed", unit: "reqps", queries: { "{{code}}": rate("newfeed_connections_closed_total", "code") } },
      { title: "Admission queue", unit: "short", queries: { steps: "sum(newfeed_admission_queue)" } },
      { title: "Streams to trim", unit: "short", queries: { due: "max(newfeed_streams_due)" } },
    ],
  },
  {
    uid: "newfeed-services",
    title: "NewFeed: each service",
    panels: [
      { title: "Requests", unit: "reqps", queries: { "{{service}}": rate("newfeed_http_request_seconds_count", "service") } },
      {
        title: "Answers, 99th percentile",
        unit: "s",
        queries: { "{{service}}": quantile(0.99, "newfeed_http_request_seconds", "", "service") },
      },
      {
        title: "The slowest routes, 99th percentile",
        unit: "s",
        queries: { "{{method}} {{route}}": `topk(10, ${quantile(0.99, "newfeed_http_request_seconds", '{service="api-gateway"}', "method, route")})` },
      },
      { title: "Processor", unit: "percentunit", queries: { "{{job}} {{instance}}": `sum by (job, instance) (rate(process_cpu_seconds_total${window}))` } },
      { title: "Memory", unit: "bytes", queries: { "{{job}} {{instance}}": "max by (job, instance) (process_resident_memory_bytes)" } },
      { title: "Event loop, 99th percentile", unit: "s", queries: { "{{job}} {{instance}}": "max by (job, instance) (nodejs_eventloop_lag_p99_seconds)" } },
      { title: "Jobs", unit: "short", queries: { "{{service}}": ofServices("newfeed_jobs") } },
      { title: "The oldest job", unit: "s", queries: { "{{service}}": ofServices("newfeed_jobs_oldest_seconds") } },
      {
        title: "Housekeeping: since it was last done",
        unit: "s",
        queries: { "{{service}} {{job}}": "min by (service, job) (newfeed_housekeeping_age_seconds)" },
      },
      {
        title: "Deletions of accounts",
        unit: "short",
        queries: { running: "max(newfeed_account_deletions_running)", late: "max(newfeed_account_deletions_late)" },
      },
      {
        title: "What replicas may answer, by who did",
        unit: "reqps",
        queries: { "{{service}} {{outcome}}": rate("newfeed_replica_reads_total", "service, outcome") },
      },
      { title: "Housekeeping: rows", unit: "reqps", queries: { "{{service}}": rate("newfeed_housekeeping_rows_total", "service") } },
    ],
  },
  {
    uid: "newfeed-outside",
    title: "NewFeed: mail, pushes, webhooks",
    panels: [
      { title: "Mails", unit: "reqps", queries: { "{{outcome}}": rate("newfeed_mails_total", "outcome") } },
      { title: "Pushes and webhooks", unit: "reqps", queries: { "{{channel}} {{outcome}}": rate("newfeed_outside_deliveries_total", "channel, outcome") } },
      { title: "Look-ups of API tokens", unit: "reqps", queries: { "{{outcome}}": rate("newfeed_api_token_lookups_total", "outcome") } },
      { title: "Changes that the search engine does not have", unit: "short", queries: { waiting: "max(newfeed_search_engine_waiting)" } },
    ],
  },
];

const datasource = { type: "prometheus", uid: "newfeed" };
const [width, height, columns] = [12, 8, 2];

function toGrafana({ uid, title, panels }: Dashboard) {
  return {
    uid,
    title,
    tags: ["newfeed"],
    schemaVersion: 39,
    editable: false,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    panels: panels.map((panel, index) => ({
      id: index + 1,
      type: "timeseries",
      title: panel.title,
      datasource,
      gridPos: { x: (index % columns) * width, y: Math.floor(index / columns) * height, w: width, h: height },
      fieldConfig: { defaults: { unit: panel.unit, min: 0, custom: { fillOpacity: 10, showPoints: "never" } }, overrides: [] },
      options: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
      targets: Object.entries(panel.queries).map(([legendFormat, expr], at) => ({
        refId: String.fromCharCode(65 + at),
        datasource,
        expr,
        legendFormat,
        exemplar: expr.includes("newfeed_http_request_seconds_bucket"),
      })),
    })),
  };
}

/** Grafana's files, by their path. */
export const renderDashboards = (): Record<string, () => string> =>
  Object.fromEntries(
    [...dashboards, ...Object.values(serverDashboards)].map((dashboard) => [
      `deploy/observability/grafana/dashboards/${dashboard.uid}.json`,
      () => `${JSON.stringify(toGrafana(dashboard), null, 2)}\n`,
    ]),
  );
