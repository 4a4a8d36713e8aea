import { expect, test } from "vitest";
import { contractingIn } from "./migration-plan.ts";

test.each([
  "DROP TABLE post",
  'ALTER TABLE "post" DROP COLUMN "title"',
  "ALTER TABLE post ADD COLUMN summary text, DROP COLUMN title",
  "ALTER TABLE post RENAME COLUMN title TO headline",
  "ALTER TABLE post\n  RENAME TO article",
  "ALTER TABLE post ALTER COLUMN title SET NOT NULL",
  "ALTER TABLE post ALTER COLUMN id TYPE bigint",
  "DROP FUNCTION count_of()",
])("instances of the version before have to be stopped for %j", (statement) => {
  expect(contractingIn({ sql: `CREATE TABLE a (id int);\n${statement};\nCREATE INDEX b ON a (id);\n` })).toEqual([statement.replaceAll(/\s+/g, " ")]);
});

test.each([
  "CREATE TABLE a (title text NOT NULL)",
  "ALTER TABLE a ADD COLUMN b int NOT NULL DEFAULT 0",
  "DROP INDEX a_b",
  "-- DROP TABLE a\nCREATE INDEX a_b ON a (b)",
  "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n  DROP TABLE IF EXISTS scratch;\n  RETURN NEW;\nEND $$",
  "ALTER TABLE a ALTER COLUMN b SET STATISTICS 1000",
])("they go on beside %j", (statement) => {
  expect(contractingIn({ sql: `${statement};\n` })).toEqual([]);
});
