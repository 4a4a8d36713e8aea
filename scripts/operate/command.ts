import { parseArgs } from "node:util";
import { type ServiceName, serviceNames } from "@newfeed/shared/contracts/services.ts";
import { PostgresFailed } from "@newfeed/shared/embedded/postgres.ts";
import { isTransient } from "@newfeed/shared/ports/transient.ts";
import { ConfigError, readConfig } from "@newfeed/shared/runtime/config.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { findInstallation, type Installation } from "./installation.ts";

/** It was not asked rightly: the usage is shown, and the command ends with 2. */
export class UsageError extends Error {}

/** It was asked rightly, and cannot be done; `message` is fit to be shown as it is, and the command ends with 1. */
export class Refused extends Error {}

const folderOptions = {
  data: { type: "string" },
  embedded: { type: "boolean" },
  cluster: { type: "boolean" },
} as const;

export const folderUsage = "  [--data DIR] [--embedded | --cluster]: of the feed or the cluster in another folder than .newfeed";

export interface Command<F extends string> {
  usage: string;
  /** Flags beside those that say where. */
  flags?: readonly F[];
  /** Makes the data folder's databases when there are none. */
  create?: boolean;
  /** Reads the arguments before anything is started. Throws `UsageError`. */
  read(positionals: readonly string[], flags: Partial<Record<F, boolean>>): (installation: Installation) => Promise<void>;
}

/** A service by its name, or by what stands before `-service`. Throws `UsageError`. */
export function serviceOf(text: string | undefined): ServiceName {
  const name = serviceNames.find((item) => item === text || item === `${text}-service`);
  if (!name) throw new UsageError(`${text ?? "which service"}? One of ${serviceNames.join(", ")}`);
  return name;
}

/** Runs an operator's command on whatever installation the arguments and the environment name; sets the exit code. */
export async function runCommand<F extends string = never>({ usage, flags = [], create = false, read }: Command<F>): Promise<void> {
  let installation: Installation | undefined;
  try {
    const { values, positionals } = parse(flags);
    const work = read(positionals, values as Partial<Record<F, boolean>>);
    if (values.embedded && values.cluster) throw new UsageError("--embedded or --cluster");
    const environment = { ...process.env, ...(typeof values.data === "string" && { NEWFEED_DATA_DIR: values.data }) };
    installation = await findInstallation({
      config: readConfig(environment),
      kind: values.embedded ? "embedded" : values.cluster ? "cluster" : undefined,
      create,
      logger: createLogger({ level: "error", json: false }),
    });
    process.stderr.write(`On ${installation.line}\n`);
    await work(installation);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}\n${folderUsage}`);
      process.exitCode = 2;
    } else {
      const forPeople = [Refused, ConfigError, PostgresFailed].some((type) => error instanceof type) || isTransient(error);
      console.error(forPeople ? (error as Error).message : error);
      process.exitCode = 1;
    }
  } finally {
    await installation?.close();
  }
}

function parse(flags: readonly string[]) {
  try {
    const own = Object.fromEntries(flags.map((name) => [name, { type: "boolean" } as const]));
    return parseArgs({ allowPositionals: true, options: { ...own, ...folderOptions } });
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message.split(". ")[0]) : error;
  }
}
