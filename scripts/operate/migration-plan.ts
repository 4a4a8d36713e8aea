import type { PendingMigration } from "@newfeed/shared/runtime/migrate.ts";

/** What instances of the version before may still use: it is taken away, called otherwise, or takes other values. */
const contracting = [
  /^DROP (TABLE|VIEW|FUNCTION|TYPE|SCHEMA)\b/i,
  /^ALTER TABLE\b.*\bDROP (COLUMN|CONSTRAINT)\b/is,
  /^ALTER (TABLE|VIEW|TYPE)\b.*\bRENAME\b/is,
  /^ALTER TABLE\b.*\bALTER COLUMN\b.*\b(TYPE|SET NOT NULL|DROP DEFAULT)\b/is,
];

/** Without comments and the bodies of functions. */
const statementsOf = (sql: string) =>
  sql
    .replaceAll(/^\s*--.*$/gm, "")
    .replaceAll(/\$(\w*)\$.*?\$\1\$/gs, "''")
    .split(";")
    .map((statement) => statement.trim().replaceAll(/\s+/g, " "));

/** The statements of a migration that need a stop of the instances of the version before. */
export const contractingIn = ({ sql }: Pick<PendingMigration, "sql">): string[] =>
  statementsOf(sql).filter((statement) => contracting.some((pattern) => pattern.test(statement)));
