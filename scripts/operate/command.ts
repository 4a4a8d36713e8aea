import { parseArgs } from "node:util";
import { type ServiceName, serviceNames } from "@newfeed/shared/contracts/services.ts";
import { PostgresFailed } from "@newfeed/shared/embedded/postgres.ts";
import { isTransient } from "@newfeed/shared/ports/transient.ts";
import { ConfigError, readConfig } from "@newfeed/shared/runtime/config.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
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

export interface Command<F extends string> {
  usage: string;
  /** Flags besides those that select the installation. */
  flags?: readonly F[];
  /** Whether it creates the databases when there are none. */
  create?(flags: Partial<Record<F, boolean>>): boolean;
  /** Reads the arguments before anything is started. Throws `UsageError`. */
  read(positionals: readonly string[], flags: Partial<Record<F, boolean>>): (installation: Installation) => Promise<void>;
}

/** A service by its name, with or without `-service`. Throws `UsageError`. */
export function serviceOf(text: string | undefined): ServiceName {
  const name = serviceNames.find((item) => item === text || item === `${text}-service`);
  if (!name) throw new UsageError(`${text ? `unknown service ${text}` : "missing service"}: one of ${serviceNames.join(", ")}`);
  return name;
}

/** Does the server refuse the connection (SQLSTATE class 28), or lack the database (3D)? Its message says which. */
const isRefused = (error: unknown) => error instanceof Error && "code" in error && /^(28|3D)/.test(String(error.code));

/** Runs an operator's command on the installation that arguments and environment select; sets the exit code. */
export async function runCommand<F extends string = never>({ usage, flags = [], create = () => false, read }: Command<F>): Promise<void> {
  let installation: Installation | undefined;
  try {
    const { values, positionals } = parse(flags);
    const given = values as Partial<Record<F, boolean>>;
    const work = read(positionals, given);
    if (values.embedded && values.cluster) throw new UsageError("use either --embedded or --cluster");
    const environment = { ...process.env, ...(typeof values.data === "string" && { NEWFEED_DATA_DIR: values.data }) };
    installation = await findInstallation({
      config: readConfig(environment),
      form: values.embedded ? "embedded" : values.cluster ? "cluster" : undefined,
      create: create(given),
      logger: createLogger({ level: "error", json: false }),
    });
    process.stderr.write(`Using ${installation.description}\n`);
    await work(installation);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}\n${installationUsage}`);
      process.exitCode = 2;
    } else {
      const isExpected = [CommandFailed, ConfigError, PostgresFailed].some((type) => error instanceof type) || isTransient(error) || isRefused(error);
      console.error(isExpected ? (error as Error).message : error);
      process.exitCode = 1;
    }
  } finally {
    await installation?.close();
  }
}

function parse(flags: readonly string[]) {
  try {
    const flagOptions = Object.fromEntries(flags.map((name) => [name, { type: "boolean" } as const]));
    return parseArgs({ allowPositionals: true, options: { ...flagOptions, ...installationOptions } });
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message.split(". ")[0]) : error;
  }
}
