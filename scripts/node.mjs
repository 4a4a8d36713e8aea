// Finds the pinned Node and installs what is missing. Plain JavaScript for Node 18 or newer, without dependencies.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const platform = process.platform === "win32" ? "win" : process.platform;
const pinned = join(root, "node_modules", `node-${platform}-${process.arch}`, "bin", platform === "win" ? "node.exe" : "node");

const changed = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Path of the Node that runs NewFeed: the one pinned through npm, or this one when it is new enough. */
export function nodePath() {
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  console.error(`NewFeed needs Node 24, which npm does not have for ${platform} ${process.arch}; install it and try again.`);
  process.exit(1);
}

function run(label, command, args, options = {}) {
  const started = Date.now();
  process.stderr.write(`${label} …\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], shell: platform === "win", ...options });
  if (status !== 0) process.exit(status ?? 1);
  process.stderr.write(`${label}: done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** The latest modification time of these files and directories. */
const latest = (...names) =>
  Math.max(
    ...names.flatMap((name) => {
      const path = join(root, name);
      if (!existsSync(path)) return [0];
      const inside = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }) : [];
      return [changed(path), ...inside.map((file) => changed(join(path, file)))];
    }),
  );

const webSources = [
  "web/index.html",
  "web/package.json",
  "web/vite.config.ts",
  "web/public",
  "web/src",
  "client/src",
  "shared/src/contracts",
  "package-lock.json",
];

/** Installs packages, generates database clients and builds the web client (unless `web` is false), each only when its sources are newer. */
export function install({ web = true } = {}) {
  if (changed(join(root, "node_modules/.package-lock.json")) < changed(join(root, "package-lock.json")))
    run("Installing packages (once; about a minute)", "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  const stale = readdirSync(root).filter((name) => {
    const schema = changed(join(root, name, "prisma/schema.prisma"));
    return schema > 0 && changed(join(root, name, "src/generated/client.ts")) < schema;
  });
  if (stale.length > 0) run(`Generating the database clients of ${stale.join(", ")}`, nodePath(), [join(root, "scripts/generate.mjs"), ...stale]);
  // Without development packages it is built already, or absent.
  if (web && existsSync(join(root, "node_modules/vite")) && changed(join(root, "web/dist/index.html")) < latest(...webSources))
    run("Building the web client", nodePath(), [join(root, "scripts/build-web.mjs")]);
}

/** Node's option that loads `.env`; the environment overrides it. */
export const settings = () => (existsSync(join(root, ".env")) ? ["--env-file=.env"] : []);

/** Node's options for the whole feed in one process: V8's young generation otherwise grows while it starts, and stays so (decision 0147). */
export const feedOptions = ["--max-semi-space-size=16"];

/** Runs a program under the pinned Node, forwards signals, and exits with its code. */
export function handOver(program, args) {
  const child = spawn(nodePath(), [...program, ...args], { cwd: root, stdio: "inherit" });
  // A terminal signals the whole group by itself.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  child.on("error", (error) => {
    console.error(error.message);
    process.exit(127);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
