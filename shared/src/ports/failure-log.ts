import { Problem } from "../contracts/errors.ts";
import type { LogFields, Logger } from "./logger.ts";
import { isTransient } from "./transient.ts";

/** How often the same failure of a dependency is logged. */
const everyMs = 10_000;
/** Of one logger; further ones share a line. */
const mostReasons = 50;

type Target = Pick<Logger, "error" | "warn">;

/** Failures since the last line, by what is logged. */
const countsOf = new WeakMap<Target, Map<string, number>>();

/** Why, in one line; what the error says itself is sometimes empty. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, code, cause } = error as Error & { code?: unknown };
  const inner = error instanceof AggregateError ? [...new Set(error.errors.map(reasonOf))].join("; ") : cause === undefined ? "" : reasonOf(cause);
  const own = message || (inner ? "" : String(code ?? error.name));
  return [own, inner && !own.includes(inner) ? inner : ""].filter(Boolean).join(": ");
}

function logSeldom(logger: Target, message: string, reason: string, fields: LogFields): void {
  const counts = countsOf.get(logger) ?? new Map<string, number>();
  countsOf.set(logger, counts);
  const own = `${message}\0${reason}`;
  const key = counts.has(own) || counts.size < mostReasons ? own : "";
  const count = counts.get(key);
  if (count !== undefined) return void counts.set(key, count + 1);
  logger.warn(message, { reason, ...fields });
  counts.set(key, 0);
  const timer = setTimeout(() => {
    const more = counts.get(key) ?? 0;
    counts.delete(key);
    if (more > 0) logger.warn(`${message}, several times`, { reason: key ? reason : "several", count: more, withinSeconds: everyMs / 1_000 });
  }, everyMs);
  timer.unref();
}

/**
 * Logs that work failed. What a dependency does (a server that is away or takes too long, a full queue) may fail every
 * request: it is a warning without a stack, at once and then at most every ten seconds with a count. Anything else is an error
 * of our own, logged each time with its stack.
 */
export function logFailure(logger: Target, message: string, error: unknown, fields: LogFields = {}): void {
  if (error instanceof Problem && !error.logged) return;
  if (!isTransient(error)) logger.error(message, { error, ...fields });
  else logSeldom(logger, message, error instanceof Problem ? `${error.code}: ${reasonOf(error)}` : reasonOf(error), fields);
}
