import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { PostgresServer } from "@newfeed/shared/embedded/postgres.ts";
import { baseBackup } from "@newfeed/shared/runtime/base-backup.ts";

/** Copies a running primary's data into `directory`, in which a PostgreSQL then starts as its hot standby. */
export async function copyPrimary(primary: PostgresServer, directory: string): Promise<void> {
  const data = join(directory, "data");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const tar = spawn("tar", ["-x", "-C", data], { stdio: ["pipe", "inherit", "inherit"] });
  const unpacked = once(tar, "exit");
  await pipeline(await baseBackup(primary.url("postgres"), () => {}), tar.stdin);
  const [code] = await unpacked;
  if (code !== 0) throw new Error(`tar ended with ${code}`);
  const { hostname, port, password } = new URL(primary.url("postgres"));
  writeFileSync(join(data, "standby.signal"), "");
  appendFileSync(
    join(data, "postgresql.auto.conf"),
    `primary_conninfo = 'host=${hostname} port=${port} user=postgres password=${decodeURIComponent(password)}'\nwal_retrieve_retry_interval = '100ms'\n`,
  );
}
