import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
/** Where `npm run test:clients` installs them. */
const installed = fileURLToPath(new URL("../../../node_modules/.cache/newfeed/other-clients/", import.meta.url));
const python = join(installed, "python/bin/python");
const jars = join(installed, "java");

/** The clients of Socket.IO in other languages that are installed here: what runs each of them. */
export const otherClients: readonly { name: string; command: readonly [string, ...string[]] }[] = [
  ...(existsSync(python) ? [{ name: "python-socketio", command: [python, join(here, "client.py")] as const }] : []),
  ...(existsSync(jars) ? [{ name: "socket.io-client-java", command: ["java", "-cp", join(jars, "*"), join(here, "Client.java")] as const }] : []),
];

/** The command of a client of HTTP/3 that is installed here; undefined where there is none. */
export const http3Client: readonly [string, string] | undefined =
  globSync(join(installed, "python/lib/*/site-packages/aioquic")).length > 0 ? [python, join(here, "http3_client.py")] : undefined;
