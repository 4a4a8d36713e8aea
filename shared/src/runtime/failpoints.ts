import type { Failpoint, FailpointName } from "../ports/failpoint.ts";

/** `name` dies there with SIGKILL, as a power cut would have it; `name:throw` fails there. Several are separated by commas. */
export function createFailpoints(armed: string): Failpoint {
  if (!armed) return () => {};
  const actions = new Map(
    armed.split(",").map((item) => {
      const [name, action] = item.trim().split(":");
      return [name as FailpointName, action];
    }),
  );
  return (name) => {
    if (!actions.has(name)) return;
    if (actions.get(name) === "throw") throw new Error(`failpoint ${name}`);
    process.kill(process.pid, "SIGKILL");
  };
}
