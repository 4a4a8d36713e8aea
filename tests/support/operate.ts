import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs `npm run <command> -- <args>` on a data folder. */
export async function runOperate(
  directory: string,
  command: string,
  args: string[] = [],
  environment: Record<string, string> = {},
): Promise<{ code: number; printed: string[]; errors: string }> {
  const script = fileURLToPath(new URL(`../../scripts/operate/${command}.ts`, import.meta.url));
  const env = { PATH: process.env.PATH ?? "", NODE_ENV: "test", NEWFEED_DATA_DIR: directory, ...environment };
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const [printed, errors, code] = await Promise.all([
    child.stdout.setEncoding("utf8").toArray(),
    child.stderr.setEncoding("utf8").toArray(),
    new Promise<number>((resolve) => child.once("exit", (status) => resolve(status ?? -1))),
  ]);
  return { code, printed: printed.join("").split("\n").filter(Boolean), errors: errors.join("") };
}
