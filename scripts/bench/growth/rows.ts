/** Rows 1 to `count` of a table: each column as SQL over `n`, the number of the row, and `$3`, the time of the build. */
export interface Rows {
  table: string;
  count: number;
  columns: Readonly<Record<string, string>>;
}

export const rows = (table: string, count: number, columns: Readonly<Record<string, string>>): Rows => ({ table, count, columns });

/** One row. */
export const row = (table: string, columns: Readonly<Record<string, string>>): Rows => rows(table, 1, columns);

/** Takes the numbers from one to another, and the time of the build. Rows that are there already, of users with an account, stay. */
export const insertOf = ({ table, columns }: Rows): string =>
  `INSERT INTO ${table} (${Object.keys(columns).join(", ")}) SELECT ${Object.values(columns).join(", ")} FROM generate_series($1::int, $2::int) n
   WHERE $3::timestamptz IS NOT NULL ON CONFLICT DO NOTHING`;
