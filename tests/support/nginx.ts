import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectSources } from "@newfeed/shared/contracts/pages.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { originsMap, renderGrpc, renderNginx, renderTls } from "../../scripts/cluster/nginx.ts";
import { available } from "./available.ts";
import { freePort } from "./free-port.ts";

export interface NginxFront {
  webRoot: string;
  mediaOrigins: readonly string[];
  uploadOrigins?: readonly string[];
  /** As ALLOWED_ORIGINS. */
  allowedOrigins?: string;
  /** The gateway's port for gRPC, which nginx then serves on a port of its own. */
  grpcPort?: number;
  /** Of `fullchain.pem` and `key.pem`: TLS, too, and HTTP/3 where this nginx has it. */
  tlsFolder?: string;
  /** What it is asked for until it answers. */
  awaited?: string;
  /** Shorter times than a cluster's. */
  edit?: (configuration: string) => string;
}

/** Whether the nginx of this machine was built with HTTP/3, as from 1.25 on it may be. */
const hasHttp3 = () => spawnSync("nginx", ["-V"], { encoding: "utf8" }).stderr.includes("http_v3_module");

/** nginx with the cluster's own configuration, in front of one gateway; null where there is no nginx. Its files are in `folder`. */
export async function startNginx(
  gateway: string,
  { webRoot, mediaOrigins, uploadOrigins = [], allowedOrigins = "", grpcPort, tlsFolder, awaited = "/health", edit = (text) => text }: NginxFront,
) {
  if (!(await available("nginx"))) return null;
  const folder = mkdtempSync(join(tmpdir(), "newfeed-nginx-"));
  const [port, server] = [await freePort(), gateway.replace("http://localhost", "127.0.0.1")];
  const upstreams = `upstream gateways { server ${server}; }\nupstream notifications { server ${server}; }\nmap $arg_sid $notification_instance { default notifications; }\nmap $uri $stream_instance { default notifications; }\n`;
  const included = join(folder, "included");
  mkdirSync(included);
  writeFileSync(join(included, "upstreams.conf"), upstreams);
  const listenGrpc = `127.0.0.1:${await freePort()}`;
  const plan = { name: "api-gateway", instance: "api-gateway-1", port: 0, grpcPort } as const;
  if (grpcPort) writeFileSync(join(included, "grpc.conf"), renderGrpc([plan], listenGrpc));
  const values = { RUN_DIR: folder, UPSTREAMS: join(included, "*.conf"), LISTEN: `127.0.0.1:${port}`, REAL_IP: "" };
  const status = `127.0.0.1:${await freePort()}`;
  const securePort = await freePort();
  const [secure, http3] = [`127.0.0.1:${securePort}`, tlsFolder !== undefined && hasHttp3()];
  const rendered = renderNginx({
    ...values,
    STATUS_LISTEN: status,
    TLS: tlsFolder === undefined ? "" : renderTls({ listen: secure, folder: tlsFolder, ...(http3 && { http3Port: securePort }) }),
    WEB_ROOT: webRoot,
    MEDIA_ORIGINS: mediaOrigins.join(" "),
    CONNECT_SOURCES: connectSources(uploadOrigins),
    ALLOWED_ORIGINS: originsMap(allowedOrigins),
  });
  writeFileSync(join(folder, "nginx.conf"), edit(rendered));
  const user = process.getuid?.() === 0 ? " user root;" : "";
  const files = ["-p", folder, "-c", join(folder, "nginx.conf")];
  const child = spawn("nginx", [...files, "-g", `daemon off;${user}`], { stdio: "inherit" });
  const exited = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  await eventually(() => fetch(url + awaited));
  return {
    url,
    grpcUrl: `http://${listenGrpc}`,
    secureUrl: `https://${secure}`,
    /** Whether that address has HTTP/3, too. */
    http3,
    /** What it counts, for an exporter. */
    statusUrl: `http://${status}/stub_status`,
    folder,
    /** As an operator does. */
    async reload() {
      const [code] = await once(spawn("nginx", [...files, "-s", "reload"], { stdio: "inherit" }), "exit");
      if (code !== 0) throw new Error("nginx was not reloaded");
    },
    async close() {
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}
