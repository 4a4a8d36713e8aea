// Writes the SQL that migrates a service's committed schema to the one in the work tree, without a database:
//   node scripts/new-migration.mjs post-service add_title
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";
import { root } from "./node.mjs";

const [service, name] = process.argv.slice(2);
if (!service || !/^[a-z0-9_]+$/.test(name ?? "")) {
  console.error("usage: node scripts/new-migration.mjs <service> <name_in_lower_case>");
  process.exit(2);
}

const wasm = readFileSync(
  createRequire(import.meta.url)
    .resolve("@prisma/schema-engine-wasm")
    .replace(/[^/\\]+$/, "schema_engine_bg.wasm"),
);
const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": engine });
engine.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) };

// The engine queries only the server's version; a diff of two schema files needs no database.
const server = {
  provider: "postgres",
  adapterName: "none",
  dispose: async () => {},
  executeScript: async () => {},
  executeRaw: async () => 0,
  getConnectionInfo: () => ({ schemaName: "public", supportsRelationJoins: true }),
  startTransaction: async () => {
    throw new Error("no database is available");
  },
  queryRaw: async () => ({
    columnNames: ["exists", "version", "numeric_version"],
    columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
    rows: [[true, "PostgreSQL 18.4", 180004]],
  }),
};
const factory = { provider: "postgres", adapterName: "none", connect: async () => server, connectToShadowDb: async () => server };

const path = `${service}/prisma/schema.prisma`;
const migrations = join(root, service, "prisma/migrations");
mkdirSync(migrations, { recursive: true });
const committed = () => execFileSync("git", ["show", `HEAD:${path}`], { cwd: root, encoding: "utf8" });
const from = readdirSync(migrations).length === 0 ? { tag: "empty" } : { tag: "schemaDatamodel", files: [{ path, content: committed() }] };
const to = { path, content: readFileSync(join(root, path), "utf8") };
const schemaEngine = await engine.SchemaEngine.new({ datamodels: [[to.path, to.content]] }, () => {}, bindMigrationAwareSqlAdapterFactory(factory));
const { stdout } = await schemaEngine.diff({
  from,
  to: { tag: "schemaDatamodel", files: [to] },
  script: true,
  exitCode: true,
  filters: { externalTables: [], externalEnums: [] },
});
if (/^\s*(-- This is an empty migration\.)?\s*$/.test(stdout)) {
  console.log("The schema has not changed.");
} else {
  const folder = join(migrations, `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_${name}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "migration.sql"), stdout.replace('-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n\n', ""));
  console.log(join(folder, "migration.sql"));
}
process.exit(0);
