import pg from "pg";
import type { AnyColumn } from "../ports/columns.ts";
import type { AnyStatement } from "../ports/statement.ts";

interface Field {
  name: string;
  tableID: number;
  columnID: number;
  dataTypeID: number;
}

/** A statement as the server describes it: the types of its parameters, and its columns. */
interface Description {
  parameters: number[];
  fields: readonly Field[];
}

/** Of `pg`'s connection, as its cursors use it. */
interface Connection {
  parse(statement: { name: string; text: string }): void;
  describe(what: { type: "S"; name: string }): void;
  sync(): void;
  once(event: "parameterDescription", listener: (message: { dataTypeIDs: number[] }) => void): unknown;
}

/** Asks the server to describe a statement, without running it. */
function describe(client: pg.Client, text: string): Promise<Description> {
  return new Promise((resolve, reject) => {
    const description: Description = { parameters: [], fields: [] };
    client.query({
      submit(connection: unknown) {
        const { parse, describe, sync, once } = connection as Connection;
        once.call(connection, "parameterDescription", ({ dataTypeIDs }) => {
          description.parameters = dataTypeIDs;
        });
        parse.call(connection, { name: "", text });
        describe.call(connection, { type: "S", name: "" });
        sync.call(connection);
      },
      handleRowDescription: ({ fields }: { fields: readonly Field[] }) => {
        description.fields = fields;
      },
      handleReadyForQuery: () => resolve(description),
      handleError: reject,
    } as unknown as pg.Submittable);
  });
}

const columnName = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The tables whose columns an outer join of the statement may leave null, which the server does not describe: those named
 * right behind a LEFT JOIN, or all.
 */
function outerJoined(text: string): { tables: Set<string>; all: boolean } {
  const joins = [...text.matchAll(/\b(LEFT|RIGHT|FULL)\s+(?:OUTER\s+)?JOIN\s+(LATERAL\b|\(|[\w.]+)/gi)];
  const tables = joins.map(([, , joined]) => (joined as string).toLowerCase());
  return { tables: new Set(tables), all: joins.some(([, side], index) => side?.toUpperCase() !== "LEFT" || /^(lateral|\()$/.test(tables[index] as string)) };
}

/**
 * Compares statements with how a migrated database describes them. Gives what is wrong, a line each: a statement that it
 * does not understand; other parameters, columns or types than declared; a column that may be null and is not declared so.
 */
export async function wrongStatements(url: string, statements: readonly AnyStatement[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const declaredTypes = new Set(
      statements.flatMap(({ parameters, row }) => [...parameters.map(([, { type }]) => type), ...Object.values(row).map(({ type }) => type)]),
    );
    const types = await client.query<{ name: string; type: number | null }>(
      "SELECT name, to_regtype(name)::int8::int4 AS type FROM unnest($1::text[]) AS name",
      [[...declaredTypes]],
    );
    const typeOf = new Map(types.rows.map(({ name, type }) => [name, type]));
    const columns = await client.query<{ key: string; table: string; nullable: boolean }>(
      `SELECT attrelid::int8 || '.' || attnum AS key, attrelid::regclass::text AS table, NOT attnotnull AS nullable FROM pg_attribute WHERE attnum > 0`,
    );
    const columnOf = new Map(columns.rows.map(({ key, ...column }) => [key, column]));

    function wrongColumn(text: string, field: Field, declared: AnyColumn | undefined): string | undefined {
      if (!declared) return `gives ${field.name}, which is not declared`;
      if (typeOf.get(declared.type) !== field.dataTypeID) return `${field.name} is not ${declared.type}`;
      if (declared.nullability === "nullable") return undefined;
      const column = columnOf.get(`${field.tableID}.${field.columnID}`);
      const { tables, all } = outerJoined(text);
      const mayBeNull = !column || column.nullable || all || tables.has(column.table);
      if (mayBeNull && declared.nullability === "by schema") return `${field.name} may be null: declare it nullable, or notNull if it never is`;
      if (!mayBeNull && declared.nullability === "asserted") return `${field.name} is not null by the schema: it need not be declared so`;
      return undefined;
    }

    async function wrong({ text, parameters, row }: AnyStatement): Promise<string[]> {
      let description: Description;
      try {
        description = await describe(client, text);
      } catch (error) {
        return [`the database says: ${(error as Error).message}`];
      }
      const { fields } = description;
      const declared = new Map(Object.entries(row).map(([name, column]) => [columnName(name), column]));
      const found = [
        ...parameters.map(([name, { type }], index) => typeOf.get(type) !== description.parameters[index] && `parameter ${name} is not ${type}`),
        ...fields.map((field) => wrongColumn(text, field, declared.get(field.name))),
        ...[...declared.keys()].map((name) => fields.filter((field) => field.name === name).length !== 1 && `does not give one column ${name}`),
      ];
      return found.filter((line) => typeof line === "string");
    }

    const lines: string[] = [];
    for (const statement of statements) for (const line of await wrong(statement)) lines.push(`${line}\n  in ${statement.text}`);
    return lines;
  } finally {
    await client.end();
  }
}
