import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Failpoint } from "../ports/failpoint.ts";
import type { Logger } from "../ports/logger.ts";

/**
 * Arms failpoints: permanently by a list such as `relay.before_publish:hold,consumer.after_commit:kill`, or once each at
 * run time by files: with `folder:/some/where`, a file `<instance>.<failpoint>` there kills the instance at that point, and
 * is removed.
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
    const action = folder ? (takeFile(join(folder, `${instance}.${name}`)) ? "kill" : undefined) : actions.get(name);
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

/** Removing claims the file: of several processes, one succeeds. */
function takeFile(path: string): boolean {
  try {
    rmSync(path);
    return true;
  } catch {
    return false;
  }
}
