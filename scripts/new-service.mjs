// Writes a service with a database, one route, one event handler and a test, and registers it:
//   node scripts/new-service.mjs trial-feed-service [--port 3011]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { install, nodePath, root } from "./node.mjs";

const [name = "", option, givenPort] = process.argv.slice(2);
const isName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*-service$/.test(name);
if (!isName || (option !== undefined && (option !== "--port" || !/^\d{4,5}$/.test(givenPort ?? "")))) {
  console.error("usage: node scripts/new-service.mjs <name>-service [--port N]");
  process.exit(2);
}
if (existsSync(join(root, name))) {
  console.error(`${name} already exists`);
  process.exit(1);
}
install();

const read = (path) => readFileSync(join(root, path), "utf8");
const write = (path, text) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
/** Replaces the first match in a file. Throws when there is none. */
const edit = (path, pattern, replacement) => {
  const text = read(path);
  const changed = text.replace(pattern, replacement);
  if (changed === text) throw new Error(`${path}: no match for ${pattern}`);
  write(path, changed);
};

const path = name.replace(/-service$/, "");
const pascal = path.replace(/(^|-)([a-z0-9])/g, (_, _hyphen, letter) => letter.toUpperCase());
const camel = pascal[0].toLowerCase() + pascal.slice(1);
const title = path[0].toUpperCase() + path.slice(1).replaceAll("-", " ");
const versions = { ...JSON.parse(read("comment-service/package.json")).dependencies };

// The service's own files.
const template = "scripts/new-service/template";
const filledIn = (file) =>
  read(`${template}/${file}`)
    .replace(/\{\{version:([^}]+)\}\}/g, (_, dependency) => versions[dependency])
    .replace(/\{\{(\w+)\}\}/g, (_, word) => ({ name, path, camel, pascal, title, database: path.replaceAll("-", "_") })[word]);
const migration = `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_visits`;
const places = {
  "routes.contract.ts.txt": `shared/src/contracts/routes/${path}.ts`,
  "prisma/migration.sql.txt": `${name}/prisma/migrations/${migration}/migration.sql`,
};
for (const entry of readdirSync(join(root, template), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = join(entry.parentPath, entry.name)
    .slice(join(root, template).length + 1)
    .replaceAll("\\", "/");
  write(places[file] ?? `${name}/${file.replace(/\.txt$/, "")}`, filledIn(file));
}

// Its row in the registry, the event that it consumes, and its routes.
const registry = "shared/src/contracts/services.ts";
const port = givenPort ?? 1 + Math.max(...[...read(registry).matchAll(/^ {4}port: (\d+),$/gm)].map(([, used]) => Number(used)));
edit(
  registry,
  "} as const satisfies Record<string, ServiceRow>;",
  `  "${name}": {
    port: ${port},
    grpcPort: null,
    database: true,
    environment: [],
    secrets: [],
    breaker: usualBreaker,
    projections: [],
    exports: [],
    accountDeletion: true,
  },
} as const satisfies Record<string, ServiceRow>;`,
);
edit("shared/src/contracts/event-table.ts", /("user\.deleted": \{[^}]*consumers: \[[^\]]*?),?\s*\]/, `$1, "${name}"]`);
const routes = "shared/src/contracts/routes/index.ts";
edit(routes, 'import type { Route } from "../route.ts";\n', `$&import { ${camel}Routes } from "./${path}.ts";\n`);
edit(routes, "} satisfies Record<string, Route>;", `  ...${camel}Routes,\n$&`);

// What bounds its tables.
edit(
  "docs/retention.md",
  "## The embedded bus\n",
  `## ${name}

| table | a row stands for | goes | job |
| --- | --- | --- | --- |
| \`public.visit\` | a user who has visited | never: there are as many as users | |

$&`,
);

// Its database, in what is dumped and restored.
edit("docs/operations.md", /^for name in .*(?=; do$)/gm, `$& ${path.replaceAll("-", "_")}`);

// The workspace: its dependencies are those of the other services, so that there is nothing to install.
const version = versions["@newfeed/shared"];
const sorted = (dependencies) => Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
const json = (file, change) => {
  const document = JSON.parse(read(file));
  change(document);
  write(file, `${JSON.stringify(document, null, 2)}\n`);
};
const dependOn = (manifest) => {
  manifest.dependencies = sorted({ ...manifest.dependencies, [`@newfeed/${name}`]: version });
};
json("package.json", dependOn);
json("package-lock.json", ({ packages }) => {
  dependOn(packages[""]);
  packages[name] = { name: `@newfeed/${name}`, version, license: "MIT", dependencies: JSON.parse(read(`${name}/package.json`)).dependencies };
  packages[`node_modules/@newfeed/${name}`] = { resolved: name, link: true };
});
symlinkSync(join("..", "..", name), join(root, "node_modules/@newfeed", name), "junction");
utimesSync(join(root, "node_modules/.package-lock.json"), new Date(), new Date());

// The generated files.
const run = (...args) => {
  const { status } = spawnSync(nodePath(), args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
};
run("node_modules/@biomejs/biome/bin/biome", "check", "--write", "--log-level=warn", name, "shared/src/contracts");
run("scripts/generate.mjs", name);
run("scripts/deployment/main.ts");
run("client/scripts/generate.ts");

console.log(`Created ${name}, port ${port}. Next steps:
  - Add to app/services.ts, in alphabetical order: export { ${camel}Service } from "@newfeed/${name}/service.ts";
  - Add a line to the tree in ARCHITECTURE.md.
  - Replace the example (visits) with the service's own code, also in docs/retention.md; node scripts/new-migration.mjs writes its migrations.`);
