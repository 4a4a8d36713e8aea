import { readFileSync } from "node:fs";
import type { InstancePlan } from "./topology.ts";

const template = new URL("../../nginx/newfeed.conf", import.meta.url);

/** Fills in the template that compose uses too. */
export function renderNginx(values: { RUN_DIR: string; UPSTREAMS: string; LISTEN: string; REAL_IP: string; WEB_ROOT: string; MEDIA_ORIGINS: string }): string {
  return readFileSync(template, "utf8").replace(/\$\{([A-Z_]+)\}/g, (word, name: string) => values[name as keyof typeof values] ?? word);
}

/** The directives that trust X-Forwarded-For from these addresses, separated by commas. */
export function realIp(proxies: string): string {
  const from = proxies
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((proxy) => `set_real_ip_from ${proxy};`);
  return from.length > 0 ? [...from, "real_ip_header X-Forwarded-For;", "real_ip_recursive on;"].join(" ") : "";
}

/**
 * nginx's upstreams. Engine.IO's session ids begin with `instance~`, so that a polling client reaches its instance.
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
    "map $arg_sid $notification_instance {\n  default notifications;",
    ...notifications.map(({ instance }) => `  "~^${instance}~" ${instance};`),
    "}\n",
  ].join("\n");
}
