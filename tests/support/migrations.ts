import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { migrateService, type ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { newDatabase } from "@newfeed/shared/testing/own-database.ts";
import { onTestFinished } from "vitest";

/** A service's database as it was before a migration; until the test ends. */
export async function openBefore(service: ServiceDefinition, migration: string): Promise<RawDatabase> {
  const database = openDatabase(await newDatabase("rows"), createLogger({ level: "error", json: false }));
  const earlier = mkdtempSync(join(tmpdir(), "newfeed-migrations-"));
  onTestFinished(async () => {
    await database.close();
    rmSync(earlier, { recursive: true });
  });
  cpSync(fileURLToPath(service.migrations), earlier, { recursive: true, filter: (path) => (/\d{14}_\w+/.exec(path)?.[0] ?? "") < migration });
  await migrateService(database, { name: service.name, migrations: pathToFileURL(`${earlier}/`) });
  return database;
}
