import { globSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { serviceNames } from "@newfeed/shared/contracts/services.ts";
import { type AnyStatement, declaredStatements } from "@newfeed/shared/ports/statement.ts";
import { wrongStatements } from "@newfeed/shared/testing/describe-statements.ts";
import { newServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
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
  const statements = [...declaredStatements(), ...(await declaredIn("shared/src/{outbox,projections,store}/*.ts"))];
  expect(statements.length).toBeGreaterThan(20);
  expect(await wrongStatements(await databaseOf("comment-service"), statements)).toEqual([]);
});

for (const name of serviceNames)
  test(`statements of ${name} match their declarations`, async () => {
    expect(await wrongStatements(await databaseOf(name), await declaredIn(`${name}/src/**/*statements.ts`))).toEqual([]);
  });
