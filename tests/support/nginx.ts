import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { originsMap, renderNginx } from "../../scripts/cluster/nginx.ts";
import { available } from "./available.ts";
import { freePort } from "./free-port.ts";

export interface NginxFront {
  webRoot: string;
  mediaOrigins: readonly string[];
  /** As ALLOWED_ORIGINS. */
  allowedOrigins?: string;
  /** What it is asked for until it answers. */
  awaited?: string;
  /** Shorter times than a cluster's. */
  edit?: (configuration: string) => string;
}

/** nginx with the cluster's own configuration, in front of one gateway; null where there is no nginx. Its files are in `folder`. */
export async function startNginx(gateway: string, { webRoot, mediaOrigins, allowedOrigins = "", awaited = "/health", edit = (text) => text }: NginxFront) {
  if (!(await available("nginx"))) return null;
  const folder = mkdtempSync(join(tmpdir(), "newfeed-nginx-"));
  const [port, server] = [await freePort(), gateway.replace("http://localhost", "127.0.0.1")];
  const upstreams = `upstream gateways { server ${server}; }\nupstream notifications { server ${server}; }\nmap $arg_sid $notification_instance { default notifications; }\nmap $uri $stream_instance { default notifications; }\n`;
  writeFileSync(join(folder, "upstreams.conf"), upstreams);
  const values = { RUN_DIR: folder, UPSTREAMS: join(folder, "upstreams.conf"), LISTEN: `127.0.0.1:${port}`, REAL_IP: "" };
  const rendered = renderNginx({ ...values, WEB_ROOT: webRoot, MEDIA_ORIGINS: mediaOrigins.join(" "), ALLOWED_ORIGINS: originsMap(allowedOrigins) });
  writeFileSync(join(folder, "nginx.conf"), edit(rendered));
  const user = process.getuid?.() === 0 ? " user root;" : "";
  const child = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-g", `daemon off;${user}`], { stdio: "inherit" });
  const exited = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  await eventually(() => fetch(url + awaited));
  return {
    url,
    folder,
    async close() {
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}
