import { globSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { type AnyStatement, declaredStatements } from "@newfeed/shared/ports/statement.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { newDatabase, newServiceDatabase } from "@newfeed/shared/testing/own-database.ts";

const root = new URL("../../", import.meta.url);

/** Loads the matching files, and returns the statements that they declare. */
async function declaredIn(pattern: string): Promise<readonly AnyStatement[]> {
  const before = declaredStatements().length;
  for (const file of globSync(pattern, { cwd: fileURLToPath(root) }).sort())
    if (!file.endsWith(".test.ts")) await import(pathToFileURL(`${fileURLToPath(root)}${file}`).href);
  return declaredStatements().slice(before);
}

const databaseOf = (name: StoringServiceName) => newServiceDatabase("statements", { name, migrations: new URL(`${name}/prisma/migrations/`, root) });

async function busStatements(): Promise<StatementGroup> {
  const before = declaredStatements().length;
  const { createEmbeddedBus } = await import("@newfeed/shared/embedded/bus.ts");
  const statements = declaredStatements().slice(before);
  const url = await newDatabase("statements");
  const logger = createLogger({ level: "error", json: false });
  const database = openDatabase(url, logger, 1);
  await createEmbeddedBus(database, new Map(), logger);
  await database.close();
  return { of: "the embedded bus", url, statements };
}

export interface StatementGroup {
  of: string;
  /** A database with the tables that they are for. */
  url: string;
  statements: readonly AnyStatement[];
}

/** All declared statements. To be called once, before any file that declares some is loaded otherwise. */
export async function declaredGroups(): Promise<StatementGroup[]> {
  // Shared statements first: services load them.
  const shared = [...declaredStatements(), ...(await declaredIn("shared/src/{outbox,jobs,projections,store}/*.ts"))];
  const groups: StatementGroup[] = [{ of: "shared", url: await databaseOf("comment-service"), statements: shared }, await busStatements()];
  for (const name of storingServiceNames) groups.push({ of: name, url: await databaseOf(name), statements: await declaredIn(`${name}/src/**/*statements.ts`) });
  return groups;
}
