import { readFileSync } from "node:fs";
import type { InstancePlan } from "./topology.ts";

const template = new URL("../../nginx/newfeed.conf", import.meta.url);

const placeholders = ["RUN_DIR", "UPSTREAMS", "LISTEN", "REAL_IP", "WEB_ROOT", "MEDIA_ORIGINS", "ALLOWED_ORIGINS"] as const;

/** Fills in the template that compose uses too. */
export function renderNginx(values: Record<(typeof placeholders)[number], string>): string {
  return readFileSync(template, "utf8").replace(/\$\{([A-Z_]+)\}/g, (word, name: string) => values[name as keyof typeof values] ?? word);
}

/** The lines of a map that holds these origins, separated by commas. */
export const originsMap = (origins: string): string =>
  origins
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((origin) => `${JSON.stringify(origin)} $http_origin;`)
    .join(" ");

/** The directives that trust X-Forwarded-For from these addresses, separated by commas. */
export function realIp(proxies: string): string {
  const from = proxies
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((proxy) => `set_real_ip_from ${proxy};`);
  return from.length > 0 ? [...from, "real_ip_header X-Forwarded-For;", "real_ip_recursive on;"].join(" ") : "";
}

/**
 * nginx's upstreams. Engine.IO's session ids and the names of event streams begin with `instance~`, so that a polling client,
 * and a call about an event stream, reach their instance.
 *
 * A notification instance is never marked as failed (`max_fails=0`): nginx removes the mark only when a request *ends*,
 * and sockets and streams do not end. See docs/decisions/0017-nginx-upstreams.md.
 */
export function renderUpstreams(instances: readonly InstancePlan[]): string {
  const of = (name: InstancePlan["name"]) => instances.filter((instance) => instance.name === name);
  const server = ({ port }: InstancePlan, maxFails: number) => `  server 127.0.0.1:${port} max_fails=${maxFails} fail_timeout=1s;`;
  const notifications = of("notification-service");
  return [
    "upstream gateways {\n  least_conn;",
    ...of("api-gateway").map((plan) => server(plan, 1)),
    "  keepalive 64;\n}",
    "upstream notifications {\n  least_conn;",
    ...notifications.map((plan) => server(plan, 0)),
    "}",
    ...notifications.map((plan) => `upstream ${plan.instance} {\n${server(plan, 0)}\n}`),
    "map $uri $stream_instance {\n  default notifications;",
    ...notifications.map(({ instance }) => `  "~^/api/sse/${instance}~" ${instance};`),
    "}",
    "map $arg_sid $notification_instance {\n  default notifications;",
    ...notifications.map(({ instance }) => `  "~^${instance}~" ${instance};`),
    "}\n",
  ].join("\n");
}
