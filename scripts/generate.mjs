// Generates the Prisma clients of the given services, or of all, three at a time.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./node.mjs";

const prisma = createRequire(import.meta.url).resolve("prisma-cli/build/index.js");

const generate = (service) =>
  new Promise((resolve, reject) => {
    rmSync(join(root, service, "src/generated"), { recursive: true, force: true });
    const child = spawn(process.execPath, [prisma, "generate", "--no-hints", "--schema", join(root, service, "prisma/schema.prisma")], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
      // `generate` does not use the schema engine, but would look for its downloaded binary.
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
    });
    let output = "";
    child.stderr.on("data", (data) => {
      output += data;
    });
    child.on("exit", (code) => {
      if (code !== 0) return reject(new Error(`${service}: ${output}`));
      utimesSync(join(root, service, "src/generated/client.ts"), new Date(), new Date());
      resolve();
    });
  });

const named = process.argv.slice(2);
const waiting = named.length > 0 ? named : readdirSync(root).filter((name) => existsSync(join(root, name, "prisma/schema.prisma")));
await Promise.all(
  Array.from({ length: 3 }, async () => {
    for (let service = waiting.shift(); service; service = waiting.shift()) await generate(service);
  }),
);
