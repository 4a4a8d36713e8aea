import { globSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { serviceNames } from "@newfeed/shared/contracts/services.ts";
import { type AnyStatement, declaredStatements } from "@newfeed/shared/ports/statement.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { wrongStatements } from "@newfeed/shared/testing/describe-statements.ts";
import { newDatabase, newServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url);

/** Loads the matching files, and returns the statements that they declare. */
async function declaredIn(pattern: string): Promise<readonly AnyStatement[]> {
  const before = declaredStatements().length;
  for (const file of globSync(pattern, { cwd: fileURLToPath(root) }).sort())
    if (!file.endsWith(".test.ts")) await import(pathToFileURL(`${fileURLToPath(root)}${file}`).href);
  return declaredStatements().slice(before);
}

const databaseOf = (name: (typeof serviceNames)[number]) => newServiceDatabase("statements", { name, migrations: new URL(`${name}/prisma/migrations/`, root) });

// Shared statements are loaded and compared before the services' own.
test("shared statements match their declarations", async () => {
  const statements = [...declaredStatements(), ...(await declaredIn("shared/src/{outbox,jobs,projections,store}/*.ts"))];
  expect(statements.length).toBeGreaterThan(20);
  expect(await wrongStatements(await databaseOf("comment-service"), statements)).toEqual([]);
});

test("statements of the embedded bus are what they are declared to be", async () => {
  const before = declaredStatements().length;
  const { createEmbeddedBus } = await import("@newfeed/shared/embedded/bus.ts");
  const statements = declaredStatements().slice(before);
  expect(statements.length).toBeGreaterThan(2);
  const url = await newDatabase("statements");
  const database = openDatabase(url, createLogger({ level: "error", json: false }), 1);
  await createEmbeddedBus(database, new Map(), createLogger({ level: "error", json: false }));
  await database.close();
  expect(await wrongStatements(url, statements)).toEqual([]);
});

for (const name of serviceNames)
  test(`statements of ${name} match their declarations`, async () => {
    expect(await wrongStatements(await databaseOf(name), await declaredIn(`${name}/src/**/*statements.ts`))).toEqual([]);
  });
