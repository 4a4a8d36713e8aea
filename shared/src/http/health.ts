import type { Express } from "express";
import type { Logger } from "../ports/logger.ts";

/**
 * Tries what the part needs, at a cost that a check a second may have. Throws, or takes more than two seconds, when that does
 * not work; throws `Degraded` when some of it does.
 */
export type HealthCheck = () => Promise<unknown>;

/** A part that works in some respects, such as a database that is read and takes no writes. */
export class Degraded extends Error {}

export const version = "0.1.0";

type CheckState = "ok" | "degraded" | "down";

export interface Health {
  /** `draining`: it is shutting down, and finishes requests in flight. */
  status: CheckState | "draining";
  service: string;
  version: string;
  instance: string;
  /** What its clock says: ISO 8601, in UTC. */
  time: string;
  /** Seconds. */
  uptime: number;
  checks: Record<string, CheckState>;
}

export type ReadHealth = () => Promise<Health>;

export interface HealthOptions {
  service: string;
  /** Of several that answer in turn, its name. */
  instance?: string;
  checks: Record<string, HealthCheck>;
  /** True once the process is shutting down. */
  isDraining?: () => boolean;
  logger: Pick<Logger, "warn" | "info">;
}

const checkWithinMs = 2_000;
/** All that ask within this time share one result. */
const keptMs = 1_000;
/** One that hangs is not joined by others before: each may hold a connection. */
const givenUpMs = 10_000;

/** Runs one check for all that ask; logs when its state changes. */
function createCheck(name: string, check: HealthCheck, logger: HealthOptions["logger"]): () => Promise<CheckState> {
  let running: Promise<void> | undefined;
  let started = 0;
  let state: CheckState = "ok";
  let keptUntil = 0;

  function note(next: CheckState, error?: unknown): void {
    keptUntil = performance.now() + keptMs;
    if (next === state) return;
    state = next;
    if (next === "ok") logger.info("a health check passes again", { check: name });
    else logger.warn("a health check fails", { check: name, state: next, error });
  }
  function join(): Promise<void> {
    if (running && performance.now() - started < givenUpMs) return running;
    started = performance.now();
    const own = check().then(() => {});
    running = own;
    const forget = () => {
      if (running === own) running = undefined;
    };
    own.then(forget, forget);
    return own;
  }

  return async () => {
    if (performance.now() < keptUntil) return state;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`no answer within ${checkWithinMs} ms`)), checkWithinMs);
    try {
      await Promise.race([join(), late]);
      note("ok");
    } catch (error) {
      note(error instanceof Degraded ? "degraded" : "down", error);
    } finally {
      clearTimeout(timer);
    }
    return state;
  };
}

/** Runs all checks. A service is down without its database; without anything else it is degraded, and works on. */
export function createHealth({ service, instance = service, checks, isDraining = () => false, logger }: HealthOptions): ReadHealth {
  const all = Object.entries(checks).map(([name, check]) => [name, createCheck(name, check, logger)] as const);
  return async () => {
    const results = Object.fromEntries(await Promise.all(all.map(async ([name, read]) => [name, await read()] as const)));
    const working = Object.values(results).every((state) => state === "ok") ? "ok" : "degraded";
    const status = isDraining() ? "draining" : results["database"] === "down" ? "down" : working;
    return { status, service, version, instance, time: new Date().toISOString(), uptime: Math.round(process.uptime()), checks: results };
  };
}

/** Whether it should get new requests. A degraded service works. */
export const isReady = ({ status }: Pick<Health, "status">): boolean => status === "ok" || status === "degraded";

/** `/health/live`: the process answers. `/health/ready` (and `/health`): it can work, else 503. */
export function healthRoutes(app: Express, service: string, read: ReadHealth): void {
  app.get("/health/live", (_request, response) => {
    response.json({ status: "ok", service, version, uptime: Math.round(process.uptime()) });
  });
  app.get(["/health/ready", "/health"], async (_request, response) => {
    const state = await read();
    response.status(isReady(state) ? 200 : 503).json(state);
  });
}
