import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectSources } from "@newfeed/shared/contracts/pages.ts";
import { answers } from "../infra/answers.ts";
import type { ProcessPlan } from "./supervisor.ts";
import type { InstancePlan } from "./topology.ts";

const template = new URL("../../nginx/newfeed.conf", import.meta.url);
const webRoot = fileURLToPath(new URL("../../web/dist", import.meta.url));

const placeholders = [
  "RUN_DIR",
  "UPSTREAMS",
  "LISTEN",
  "STATUS_LISTEN",
  "TLS",
  "REAL_IP",
  "WEB_ROOT",
  "MEDIA_ORIGINS",
  "CONNECT_SOURCES",
  "ALLOWED_ORIGINS",
] as const;

/** Fills in the template that compose uses too. */
export function renderNginx(values: Record<(typeof placeholders)[number], string>): string {
  return readFileSync(template, "utf8").replace(/\$\{([A-Z_]+)\}/g, (word, name: string) => values[name as keyof typeof values] ?? word);
}

/**
 * TLS, with HTTP/2, at a port of its own, and HTTP/3 where nginx was built with it: clients then hear of `http3Port`, at which they reach it. The
 * script of the container's nginx writes the same; a test compares the two.
 */
export function renderTls({ listen, folder, http3Port }: { listen: string; folder: string; http3Port?: number }): string {
  return [
    `listen ${listen} ssl http2 backlog=4096;`,
    `ssl_certificate ${folder}/fullchain.pem; ssl_certificate_key ${folder}/key.pem;`,
    "ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:10m; ssl_session_timeout 1d; ssl_session_tickets off;",
    ...(http3Port === undefined ? [] : [`listen ${listen} quic reuseport; add_header Alt-Svc 'h3=":${http3Port}"; ma=86400' always;`]),
  ].join(" ");
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

/** A server for gRPC; what a message may take, the gateway says. A test compares it with that of the container's script. */
export const grpcServer = (listen: string): string[] => [
  "server {",
  `  listen ${listen} http2;`,
  "  client_max_body_size 0;",
  "  client_body_timeout 60s;",
  "  location / {",
  "    grpc_pass grpc://grpc_gateways;",
  "    grpc_set_header X-Forwarded-For $remote_addr;",
  "    grpc_set_header X-Correlation-Id $correlation_id;",
  "    grpc_connect_timeout 2s;",
  "    grpc_next_upstream error timeout;",
  "    grpc_next_upstream_tries 3;",
  "    grpc_next_upstream_timeout 5s;",
  "    error_page 502 503 504 = /.grpc/unavailable;",
  "  }",
  "  location = /.grpc/unavailable {",
  "    internal;",
  "    default_type application/grpc;",
  "    add_header grpc-status 14 always;",
  '    add_header grpc-message "That part is not available right now; try again soon." always;',
  "    return 200;",
  "  }",
  "}",
];

/** gRPC in front of the gateways: streams stay open, since heartbeats come within nginx's minute. */
export function renderGrpc(instances: readonly InstancePlan[], listen: string): string {
  const servers = instances.flatMap(({ name, grpcPort }) =>
    name === "api-gateway" && grpcPort ? [`  server 127.0.0.1:${grpcPort} max_fails=1 fail_timeout=1s;`] : [],
  );
  return ["upstream grpc_gateways {", "  least_conn;", ...servers, "  keepalive 64;", "}", ...grpcServer(listen), ""].join("\n");
}

/** Answers 204 to one path, which names a start of nginx. */
const renderProbe = (port: number, path: string) => `server {\n  listen 127.0.0.1:${port};\n  location = ${path} {\n    return 204;\n  }\n}\n`;

export interface NginxOptions {
  program: string;
  /** The cluster's folder. */
  directory: string;
  host: string;
  port: number;
  grpcPort: number;
  /** On the loopback address: where it proves which start of it runs. */
  probePort: number;
  /** On the loopback address: where it counts connections and requests, under `/stub_status`. */
  statusPort: number;
  instances: readonly InstancePlan[];
  /** Of the operator's settings it reads TRUSTED_PROXIES and ALLOWED_ORIGINS. */
  passedOn: Readonly<Record<string, string>>;
  mediaOrigins: readonly string[];
  uploadOrigins: readonly string[];
}

/** nginx in front of the instances, with its files in a folder of the cluster. */
export function planNginx({
  program,
  directory,
  host,
  port,
  grpcPort,
  probePort,
  statusPort,
  instances,
  passedOn,
  mediaOrigins,
  uploadOrigins,
}: NginxOptions): ProcessPlan {
  const { TRUSTED_PROXIES: proxies = "", ALLOWED_ORIGINS: origins = "" } = passedOn;
  const folder = join(directory, "nginx");
  const included = join(folder, "included");
  mkdirSync(included, { recursive: true, mode: 0o700 });
  const configuration = join(folder, "nginx.conf");
  const at = (own: number) => `${host.includes(":") ? `[${host}]` : host}:${own}`;
  writeFileSync(join(included, "upstreams.conf"), renderUpstreams(instances));
  writeFileSync(join(included, "grpc.conf"), renderGrpc(instances, at(grpcPort)));
  writeFileSync(
    configuration,
    renderNginx({
      RUN_DIR: folder,
      UPSTREAMS: join(included, "*.conf"),
      LISTEN: at(port),
      STATUS_LISTEN: `127.0.0.1:${statusPort}`,
      // It serves this machine. Before others, a proxy with TLS stands in front.
      TLS: "",
      REAL_IP: realIp(proxies),
      WEB_ROOT: webRoot,
      MEDIA_ORIGINS: mediaOrigins.join(" "),
      CONNECT_SOURCES: connectSources(uploadOrigins),
      ALLOWED_ORIGINS: originsMap(origins),
    }),
  );
  // As root, nginx hands its workers to another user, who must get into its folders.
  if (process.getuid?.() === 0) chmodSync(folder, 0o755);
  let path = "";
  return {
    name: "nginx",
    instance: "nginx",
    port,
    command: [program, "-p", folder, "-c", configuration, "-g", `daemon off;${process.getuid?.() === 0 ? " user root;" : ""}`],
    // Its master ends its workers.
    whenParentDies: "TERM",
    prepare() {
      path = `/${randomUUID()}`;
      writeFileSync(join(included, "probe.conf"), renderProbe(probePort, path));
    },
    // It serves nothing until it has all its ports. The workers of one that was killed would still answer at `port`.
    ready: () => answers(probePort, `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`, (reply) => reply.startsWith("HTTP/1.1 204 ")),
    sharesPort: false,
  };
}
