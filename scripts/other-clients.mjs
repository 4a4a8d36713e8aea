// npm run test:clients: tests with stock clients of Socket.IO, gRPC and HTTP/3 in other languages. Installs those that this machine has the tools for
// (Python 3; Java 11 or newer and Maven; Go), and says which are skipped, and why.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { handOver, install, root } from "./node.mjs";

install();
const to = join(root, "node_modules/.cache/newfeed/other-clients");

/** Why it failed; null where it did not. */
function failureOf(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  return status === 0 ? null : (error?.message ?? `${command} ${args[0]} failed`);
}
const succeeds = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
const skipped = (clients, why) => console.error(`skipped: ${clients}: ${why}`);

mkdirSync(to, { recursive: true });
const packages = ["python-socketio[client]==5.18.1", "grpcio==1.85.1", "grpcio-health-checking==1.85.1", "grpcio-reflection==1.85.1", "aioquic==1.7.2"];
const python = join(to, "python/bin/python");
const noPython =
  (existsSync(python) ? null : failureOf("python3", "-m", "venv", join(to, "python"))) ??
  failureOf(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages);
if (noPython) skipped("python-socketio, grpcio and aioquic of Python", noPython);
const pom = join(root, "tests/support/other-clients/pom.xml");
const dependencies = ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(to, "java")}`];
const noJava = succeeds("java", "-version")
  ? existsSync(join(to, "java"))
    ? null
    : failureOf("mvn", "-q", "-B", "-f", pom, ...dependencies)
  : "there is no java on this machine";
if (noJava) skipped("socket.io-client-java", noJava);
// grpcurl is built by its test.
if (succeeds("go", "version")) process.env.CLIENTS = "full";
else skipped("grpcurl", "there is no go on this machine");
const tests = ["other-clients", "grpc-clients", "graphql-subscriptions", "nginx-tls"].map((name) => `tests/${name}.test.ts`);
handOver([`${root}node_modules/vitest/vitest.mjs`, "run", ...tests], []);
