import { parseArgs } from "node:util";
import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { PostgresFailed } from "@newfeed/shared/embedded/postgres.ts";
import { reasonOf } from "@newfeed/shared/ports/failure-log.ts";
import { isTransient } from "@newfeed/shared/ports/transient.ts";
import { ConfigError, givenVariables, readConfig } from "@newfeed/shared/runtime/config.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { createPrinter, type Printer } from "@newfeed/shared/runtime/printer.ts";
import { ServerUnreachable } from "@newfeed/shared/runtime/unreachable.ts";
import type { Form } from "./data-folder.ts";
import { findInstallation, type Installation } from "./installation.ts";

/** Invalid arguments: prints the message and the usage, exits with 2. */
export class UsageError extends Error {}

/** The command cannot be carried out: prints the message, exits with 1. */
export class CommandFailed extends Error {}

const installationOptions = {
  data: { type: "string" },
  embedded: { type: "boolean" },
  cluster: { type: "boolean" },
} as const;

const installationUsage = "  [--data DIR] [--embedded | --cluster]: the data folder (default .newfeed), and whether to work on the feed or the cluster in it";

export interface Command<F extends string, V extends string> {
  usage: string;
  /** Flags besides those that select the installation. */
  flags?: readonly F[];
  /** Options that take a value. */
  values?: readonly V[];
  /** Whether it creates the databases when there are none. */
  create?(flags: Partial<Record<F, boolean>>): boolean;
  /** Reads the arguments before anything is started. Throws `UsageError`. */
  read(positionals: readonly string[], options: Partial<Record<F, boolean> & Record<V, string>>): Work | Steps;
}

type Work = (installation: Installation, print: Printer["print"]) => Promise<void>;

/** What a command does, where something comes before there is an installation to work on. */
export interface Steps {
  /** Makes what is then looked for in the data folder. Resolves with whether that is a feed or a cluster; with null when the command ends here. */
  before(directory: string, print: Printer["print"]): Promise<Form | null>;
  work: Work;
}

/** A service by its name, with or without `-service`. Throws `UsageError`. */
export function serviceOf(text: string | undefined): StoringServiceName {
  const name = storingServiceNames.find((item) => item === text || item === `${text}-service`);
  if (!name) throw new UsageError(`${text ? `unknown service ${text}` : "missing service"}: one of ${storingServiceNames.join(", ")}`);
  return name;
}

/** Runs an operator's command on the installation that arguments and environment select; sets the exit code. */
export async function runCommand<F extends string = never, V extends string = never>({
  usage,
  flags = [],
  values: named = [],
  create = () => false,
  read,
}: Command<F, V>): Promise<void> {
  const { print, note, fail } = createPrinter(givenVariables(process.env)["LOG_FORMAT"] === "json");
  // Who reads what is printed may have enough of it, such as `head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  let installation: Installation | undefined;
  try {
    const { values, positionals } = parse(flags, named);
    const given = values as Partial<Record<F, boolean> & Record<V, string>>;
    const steps = read(positionals, given);
    const { before, work } = typeof steps === "function" ? { before: undefined, work: steps } : steps;
    if (values.embedded && values.cluster) throw new UsageError("use either --embedded or --cluster");
    // A folder that is named is meant, whatever server the environment names.
    const environment = { ...process.env, ...(typeof values.data === "string" && { NEWFEED_DATA_DIR: values.data, DATABASE_URL: "" }) };
    const config = readConfig(environment);
    const made = await before?.(config.dataDirectory, print);
    if (made === null) return;
    installation = await findInstallation({
      config,
      form: made ?? (values.embedded ? "embedded" : values.cluster ? "cluster" : undefined),
      create: create(given),
      logger: createLogger({ level: "error", json: false }),
    });
    note(`Using ${installation.description}`);
    await work(installation, print);
  } catch (error) {
    if (error instanceof UsageError) {
      fail(`${error.message}\n\n${usage}\n${installationUsage}`);
      process.exitCode = 2;
    } else {
      const isExpected = [CommandFailed, ConfigError, PostgresFailed, ServerUnreachable].some((type) => error instanceof type);
      if (isExpected) fail((error as Error).message);
      else fail(isTransient(error) ? `${installation?.description ?? "the database"} stopped responding: ${reasonOf(error)}` : error);
      process.exitCode = 1;
    }
  } finally {
    await installation?.close();
  }
}

function parse(flags: readonly string[], values: readonly string[]) {
  try {
    const flagOptions = Object.fromEntries(flags.map((name) => [name, { type: "boolean" } as const]));
    const valueOptions = Object.fromEntries(values.map((name) => [name, { type: "string" } as const]));
    return parseArgs({ allowPositionals: true, options: { ...flagOptions, ...valueOptions, ...installationOptions } });
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message.split(". ")[0]) : error;
  }
}
