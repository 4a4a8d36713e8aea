import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { openCountedDatabase } from "@newfeed/shared/testing/counted-buffers.ts";
import { newServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { vacuum } from "@newfeed/shared/testing/vacuum.ts";

/** A service's database of its own that these statements fill (`u(n)` gives an id), and what counts the pages that its statements read. */
export async function openCountedService(service: StoringServiceName, statements: readonly string[]) {
  const url = await newServiceDatabase("growth", { name: service, migrations: new URL(`../../${service}/prisma/migrations/`, import.meta.url) });
  const database = openDatabase(url, createLogger({ level: "error", json: false }), 1);
  await database.query("SET statement_timeout = 0");
  await database.query(
    "CREATE FUNCTION u(n int) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$ SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$",
  );
  for (const statement of statements) await database.query(statement);
  await vacuum(database.query);
  const counted = await openCountedDatabase(url);
  return {
    database: { ...database, query: counted.query } as Database,
    count: counted.count,
    async close() {
      await counted.close();
      await database.close();
    },
  };
}
export type CountedService = Awaited<ReturnType<typeof openCountedService>>;
