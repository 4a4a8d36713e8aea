import type { RawDatabase, RawQuery } from "../ports/database.ts";
import { copySchema, type ReadModel, type SecondCopy } from "../ports/second-copy.ts";
import { migrate } from "./migrate.ts";

/** Where the live tables are for a moment before they are dropped. */
const replacedSchema = "replaced";

/** Waits for the transactions that know whether there is a copy, and holds up others: the caller's is short. */
const lockState = (query: RawQuery) => query("LOCK TABLE public.rebuild IN ACCESS EXCLUSIVE MODE");

const exists = async (query: RawQuery) => (await query("SELECT FROM public.rebuild WHERE finished_at IS NULL")).length > 0;

async function dropCopy(query: RawQuery): Promise<void> {
  await lockState(query);
  await query("DELETE FROM public.rebuild WHERE finished_at IS NULL");
  await query(`DROP SCHEMA IF EXISTS ${copySchema} CASCADE`);
}

/** Access to the second copy of a service's read models. The service has a table `rebuild`, and its event handlers write to both. */
export function createSecondCopy(database: Pick<RawDatabase, "query" | "transaction">, migrations: URL, models: readonly ReadModel[]): SecondCopy {
  const { transaction } = database;
  const tablesIn = (schema: string) => models.map(({ table }) => `${schema}.${table}`);

  // The service's own migrations make the same tables, indexes and constraints, under the same names.
  const migrateCopy = () =>
    migrate(
      {
        transaction: (work) =>
          transaction(async (query, join) => {
            await query(`SET LOCAL search_path = ${copySchema}, public`);
            return work(query, join);
          }),
      },
      migrations,
      copySchema,
    );

  return {
    async create() {
      await transaction(dropCopy);
      await migrateCopy();
      await transaction(async (query) => {
        await query("SET LOCAL statement_timeout = 0");
        await lockState(query);
        await query("INSERT INTO public.rebuild (id) VALUES (true) ON CONFLICT (id) DO UPDATE SET started_at = now(), finished_at = NULL, rows = 0");
        for (const { table, kept } of models) if (kept) await query(`INSERT INTO ${copySchema}.${table} SELECT * FROM public.${table} WHERE ${kept}`);
      });
    },

    async migrate() {
      const [copy] = await database.query(`SELECT WHERE to_regclass('${copySchema}._prisma_migrations') IS NOT NULL`);
      if (copy) await migrateCopy();
    },

    analyse: () =>
      transaction(async (query) => {
        await query("SET LOCAL statement_timeout = 0");
        if (await exists(query)) await query(`ANALYZE ${tablesIn(copySchema).join(", ")}`);
      }),

    goLive: (before) =>
      transaction(async (query) => {
        await lockState(query);
        if (!(await exists(query))) return;
        await before?.(query);
        await query(`LOCK TABLE ${tablesIn(copySchema).join(", ")} IN ACCESS EXCLUSIVE MODE`);
        await query("SET LOCAL lock_timeout = 250");
        await query(`LOCK TABLE ${tablesIn("public").join(", ")} IN ACCESS EXCLUSIVE MODE`);
        await query(`CREATE SCHEMA ${replacedSchema}`);
        for (const table of tablesIn("public")) await query(`ALTER TABLE ${table} SET SCHEMA ${replacedSchema}`);
        for (const table of tablesIn(copySchema)) await query(`ALTER TABLE ${table} SET SCHEMA public`);
        await query(`DROP SCHEMA ${replacedSchema}, ${copySchema} CASCADE`);
        await query("UPDATE public.rebuild SET finished_at = now()");
      }),

    drop: () => transaction(dropCopy),
  };
}
