import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Failpoint } from "../ports/failpoint.ts";
import type { Logger } from "../ports/logger.ts";

/**
 * Arms failpoints: permanently by a list such as `relay.before_publish:hold,consumer.after_commit:kill`, or at run time by
 * files: with `folder:/some/where`, an empty file `<instance>.<failpoint>` there kills the instance at that point, once, as
 * it is removed; while there is one that says `hold`, all that comes to that point holds.
 *
 * `hold` waits for ever (the test then sends a signal), `kill` exits by SIGKILL, `throw` fails.
 */
export function createFailpoints(armed: string, instance: string, logger: Logger): Failpoint {
  if (!armed) return () => undefined;
  const folder = armed.startsWith("folder:") ? armed.slice("folder:".length) : undefined;
  const actions = new Map(
    armed.split(",").map((item) => {
      const [name = "", action = ""] = item.trim().split(":");
      return [name, action];
    }),
  );
  return (name) => {
    const action = folder ? actionOf(join(folder, `${instance}.${name}`)) : actions.get(name);
    if (action === undefined) return undefined;
    logger.warn(`failpoint ${name}: ${action}`);
    switch (action) {
      case "hold":
        return new Promise(() => {});
      case "kill":
        process.kill(process.pid, "SIGKILL");
        return undefined;
      default:
        return Promise.reject(new Error(`failpoint ${name}`));
    }
  };
}

function actionOf(path: string): "hold" | "kill" | undefined {
  try {
    if (readFileSync(path, "utf8") === "hold") return "hold";
    // Removing claims the file: of several processes, one succeeds.
    rmSync(path);
    return "kill";
  } catch {
    return undefined;
  }
}
