import type { Express } from "express";

/** Resolves when the part works; throws, or takes more than two seconds, when it does not. */
export type HealthCheck = () => Promise<unknown>;

export const version = "0.1.0";

export interface Health {
  /** `draining`: it is shutting down, and finishes requests in flight. */
  status: "ok" | "degraded" | "down" | "draining";
  service: string;
  version: string;
  /** Seconds. */
  uptime: number;
  checks: Record<string, "ok" | "down">;
}

const deadline = (milliseconds: number) =>
  new Promise<never>((_, reject) => {
    setTimeout(reject, milliseconds, new Error("no answer in time")).unref();
  });

/** Runs all checks. A service is down without its database; without anything else it is degraded, and works on. */
export async function health(service: string, checks: Record<string, HealthCheck>, isDraining = () => false): Promise<Health> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await Promise.race([check(), deadline(2_000)]);
        return [name, "ok"] as const;
      } catch {
        return [name, "down"] as const;
      }
    }),
  );
  const failed = results.filter(([, state]) => state === "down").map(([name]) => name);
  const status = isDraining() ? "draining" : failed.length === 0 ? "ok" : failed.includes("database") ? "down" : "degraded";
  return { status, service, version, uptime: Math.round(process.uptime()), checks: Object.fromEntries(results) };
}

/** Whether it should get new requests. A degraded service works. */
export const isReady = ({ status }: Health): boolean => status === "ok" || status === "degraded";

/** `/health/live`: the process answers. `/health/ready` (and `/health`): it can work, else 503. */
export function healthRoutes(app: Express, service: string, checks: Record<string, HealthCheck>, isDraining: () => boolean): void {
  app.get("/health/live", (_request, response) => {
    response.json({ status: "ok", service, version, uptime: Math.round(process.uptime()) });
  });
  app.get(["/health/ready", "/health"], async (_request, response) => {
    const state = await health(service, checks, isDraining);
    response.status(isReady(state) ? 200 : 503).json(state);
  });
}
