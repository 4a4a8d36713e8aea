import { beforeAll, describe, expect, test } from "vitest";
import { array, int4, int8, text, uuid } from "../ports/columns.ts";
import { type AnyStatement, statement } from "../ports/statement.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { wrongStatements } from "./describe-statements.ts";
import { newDatabase } from "./own-database.ts";

let url: string;
beforeAll(async () => {
  url = await newDatabase("described");
  const database = openDatabase(url, createLogger({ level: "error", json: false }), 1);
  await database.query("CREATE TABLE note (id uuid PRIMARY KEY, body text NOT NULL, parent_id uuid, tags text[] NOT NULL)");
  await database.close();
});

/** What is wrong with a statement, without the statement. */
const wrong = async (declared: AnyStatement) => (await wrongStatements(url, [declared])).map((line) => line.split("\n")[0]);

describe("a statement is right", () => {
  test("whose parameters, columns and nulls are as declared", async () => {
    const read = statement({
      parameters: { id: uuid, tags: array(text) },
      row: { id: uuid, body: text, parentId: uuid.nullable, tags: array(text), length: int4.notNull },
      sql: ({ id, tags }) => `SELECT *, length(body) AS length FROM note WHERE id = ${id} AND tags && ${tags}`,
    });
    expect(await wrong(read)).toEqual([]);
  });

  test("that gives nothing, or rows without columns", async () => {
    expect(await wrong(statement({ parameters: { id: uuid }, sql: ({ id }) => `DELETE FROM note WHERE id = ${id}` }))).toEqual([]);
    expect(await wrong(statement({ sql: "SELECT FROM note FOR UPDATE" }))).toEqual([]);
  });

  test("that leaves the nulls of a column out, and says so", async () => {
    expect(await wrong(statement({ row: { parentId: uuid.notNull }, sql: "SELECT parent_id FROM note WHERE parent_id IS NOT NULL" }))).toEqual([]);
  });
});

describe("a statement is wrong", () => {
  const cases: [what: string, declared: AnyStatement, why: RegExp][] = [
    ["that the database does not understand", statement({ sql: "SELECT titel FROM note" }), /column "titel" does not exist/],
    [
      "with a parameter of a type that its place does not take",
      statement({ parameters: { id: text }, sql: ({ id }) => `DELETE FROM note WHERE id = ${id}` }),
      /operator does not exist: uuid = text/,
    ],
    ["with a parameter that it does not use", statement({ parameters: { id: uuid }, sql: "DELETE FROM note" }), /parameter id is not uuid/],
    ["with a column of another type", statement({ row: { n: int4.notNull }, sql: "SELECT count(*) AS n FROM note" }), /n is not int4/],
    ["with a column that it does not give", statement({ row: { id: uuid, body: text }, sql: "SELECT id FROM note" }), /does not give one column body/],
    ["with a column too many", statement({ row: { id: uuid }, sql: "SELECT id, body FROM note" }), /gives body, which is not declared/],
    ["with a column twice", statement({ row: { id: uuid }, sql: "SELECT a.id, b.id FROM note a, note b" }), /does not give one column id/],
    ["that does not expect a column's nulls", statement({ row: { parentId: uuid }, sql: "SELECT parent_id FROM note" }), /parent_id may be null/],
    ["that does not say whether an expression may be null", statement({ row: { n: int8 }, sql: "SELECT count(*) AS n FROM note" }), /n may be null/],
    [
      "that does not expect the nulls of an outer join",
      statement({ row: { body: text }, sql: "SELECT p.body FROM note n LEFT JOIN note p ON p.id = n.parent_id" }),
      /body may be null/,
    ],
    ["that claims what the schema says", statement({ row: { body: text.notNull }, sql: "SELECT body FROM note" }), /body is not null by the schema/],
  ];
  for (const [what, declared, why] of cases)
    test(what, async () => {
      expect(await wrong(declared)).toEqual([expect.stringMatching(why)]);
    });
});
