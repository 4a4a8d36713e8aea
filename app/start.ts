import { parseArgs } from "node:util";
import { isPartName, type PartName, partNames } from "@newfeed/shared/contracts/services.ts";
import { PostgresFailed } from "@newfeed/shared/embedded/postgres.ts";
import { reasonOf } from "@newfeed/shared/ports/failure-log.ts";
import { isTransient } from "@newfeed/shared/ports/transient.ts";
import { ConfigError, givenVariables, readConfig } from "@newfeed/shared/runtime/config.ts";
import { FolderInUse } from "@newfeed/shared/runtime/folder-lock.ts";
import { PortTaken } from "@newfeed/shared/runtime/listen.ts";
import { createPrinter, printAllAsJson } from "@newfeed/shared/runtime/printer.ts";
import { stopRequest } from "@newfeed/shared/runtime/stop-request.ts";
import { ServerUnreachable } from "@newfeed/shared/runtime/unreachable.ts";
import { DemoFailed, seedDemo } from "./demo.ts";
import { startFeed, startPart } from "./feed.ts";

const started = performance.now();

// Also of what goes wrong before the environment is read as a whole.
const json = givenVariables(process.env)["LOG_FORMAT"] === "json";
const { print, note, fail } = createPrinter(json);
if (json) printAllAsJson();

/** Errors that the operator can fix: their message is printed without a stack. */
const expectedErrors = [ConfigError, FolderInUse, PortTaken, PostgresFailed, ServerUnreachable];

/** Seeds the demo. A failure is printed and does not stop the start. */
async function seed(url: string): Promise<void> {
  try {
    for (const line of await seedDemo(url)) print(`  ${line}`);
  } catch (error) {
    if (!(error instanceof DemoFailed)) throw error;
    note(`  No demo: ${error.message}`);
  }
}

/** `--services=<part>` runs one part of a cluster; `--seed` adds the demo data. Throws `ConfigError` for anything else. */
function readArguments(): { part: PartName | null; seeded: boolean } {
  try {
    const { values } = parseArgs({ options: { services: { type: "string" }, seed: { type: "boolean", default: false } } });
    const part = values.services;
    if (part !== undefined && !isPartName(part)) throw new ConfigError(`--services must be one of ${partNames.join(", ")}`);
    if (part !== undefined && values.seed) throw new ConfigError("--seed works only when everything runs in one process");
    return { part: (part ?? null) as PartName | null, seeded: values.seed };
  } catch (error) {
    throw error instanceof TypeError ? new ConfigError(error.message) : error;
  }
}

/** Requests and events in flight finish, live clients are asked to reconnect, and PostgreSQL stops last. */
const stopsWithinMs = 60_000;

const request = stopRequest(stopsWithinMs);
try {
  const { part, seeded } = readArguments();
  const config = readConfig(process.env, part);
  const feed = part ? await startPart({ ...config, part }) : await startFeed(config);
  const stop = () => {
    print("Stopping …");
    feed
      .close()
      .catch((error: unknown) => {
        fail(error);
        process.exitCode = 1;
      })
      // Whatever still waits for a server that does not answer.
      .finally(() => setTimeout(() => process.exit(), 1_000).unref());
  };
  if (request.aborted) stop();
  else {
    request.addEventListener("abort", stop);
    for (const line of feed.platform.description) print(`  ${line}`);
    if (seeded) await seed(feed.url);
    if (!request.aborted) print(`NewFeed ready at ${feed.url}${part ? `, ${part} only` : ""} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  }
} catch (error) {
  if (expectedErrors.some((type) => error instanceof type)) fail((error as Error).message);
  // A server that went away meanwhile, or whose disk is full.
  else if (isTransient(error)) fail(`NewFeed cannot start: ${reasonOf(error)}`);
  else throw error;
  process.exitCode = 1;
}
