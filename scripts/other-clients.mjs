// npm run test:clients: installs clients of Socket.IO and gRPC in other languages (needs Python 3, Java 11 or newer, Maven and Go), and tests with them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { handOver, install, root } from "./node.mjs";

install();
const to = join(root, "node_modules/.cache/newfeed/other-clients");

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    console.error(error?.message ?? `${command} failed`);
    process.exit(1);
  }
}

mkdirSync(to, { recursive: true });
const grpc = ["grpcio==1.85.1", "grpcio-health-checking==1.85.1", "grpcio-reflection==1.85.1"];
const python = join(to, "python/bin/python");
if (!existsSync(python)) run("python3", "-m", "venv", join(to, "python"));
run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "python-socketio[client]==5.18.1", ...grpc);
const pom = join(root, "tests/support/other-clients/pom.xml");
if (!existsSync(join(to, "java")))
  run("mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(to, "java")}`);
// grpcurl is built by its test.
process.env.CLIENTS = "full";
handOver([`${root}node_modules/vitest/vitest.mjs`, "run", "tests/other-clients.test.ts", "tests/grpc-clients.test.ts"], []);
