import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { answers } from "../../scripts/infra/answers.ts";
import { available } from "./available.ts";
import { freePort } from "./free-port.ts";

/**
 * PgBouncer in front of a server, which gives out a connection for a transaction, `connections` at most for each database; null where there
 * is none. It keeps to its defaults: it resets nothing between transactions, and refuses settings at the start of a connection.
 */
export async function startPgBouncer(serverUrl: string, connections: number) {
  const found = await available("pgbouncer");
  if (!found || !("program" in found.pgbouncer)) return null;
  const { hostname, port: serverPort, username, password } = new URL(serverUrl);
  const folder = mkdtempSync(join(tmpdir(), "newfeed-pgbouncer-"));
  const port = await freePort();
  const users = join(folder, "users.txt");
  writeFileSync(users, `"${username}" "${decodeURIComponent(password)}"\n`);
  const configuration = join(folder, "pgbouncer.ini");
  const lines = [
    "[databases]",
    `* = host=${hostname} port=${serverPort}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = scram-sha-256",
    `auth_file = ${users}`,
    "pool_mode = transaction",
    `default_pool_size = ${connections}`,
    "max_client_conn = 1000",
    "max_db_connections = 0",
  ];
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  // It refuses to run as root, and becomes another user, who must get at its files.
  const asRoot = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  chmodSync(folder, 0o755);
  const child = spawn(found.pgbouncer.program, ["-q", ...asRoot, configuration], { stdio: ["ignore", "ignore", "inherit"] });
  const exited = once(child, "exit");
  await eventually(async () => {
    if (!(await answers(port, "\0\0\0\x08\x04\xd2\x16\x2f", (reply) => /^[NS]/.test(reply)))) throw new Error("PgBouncer does not answer yet");
  });
  return {
    url: Object.assign(new URL(serverUrl), { port: String(port) }).href,
    async close() {
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
