import type { Failpoint } from "../ports/failpoint.ts";
import type { Logger } from "../ports/logger.ts";

/**
 * Arms failpoints from a list such as `relay.before_publish:hold,consumer.after_commit:kill`.
 * `hold` stands still for ever (whoever tests then sends a signal of their choice), `kill` dies by SIGKILL, `throw` fails.
 */
export function createFailpoints(armed: string, logger: Logger): Failpoint {
  if (!armed) return () => undefined;
  const actions = new Map(
    armed.split(",").map((item) => {
      const [name = "", action = ""] = item.trim().split(":");
      return [name, action];
    }),
  );
  return (name) => {
    const action = actions.get(name);
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
