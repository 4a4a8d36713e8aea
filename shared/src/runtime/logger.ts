import { Writable } from "node:stream";
import { createLogger as createWinston, format, transports } from "winston";
import { currentContext } from "../ports/context.ts";
import { reasonOf } from "../ports/failure-log.ts";
import type { LogFields, Logger } from "../ports/logger.ts";

const secretKeys = /^(password|passwordHash|token|accessToken|refreshToken|authorization|cookie|set-cookie|x-service-token|secret|apiKey|api_key)$/i;
/** Text that looks like a JWT, an API token or a bearer token. */
const secretText = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\bnf_[0-9a-f]{16,}|\bBearer\s+\S+/g;

/** A copy without secrets, with errors as plain objects. Bounded in depth, so that a log line stays finite. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.replace(secretText, "[redacted]");
  if (value instanceof Error) {
    const { name, message, stack, code, cause } = value as Error & { code?: unknown };
    return redact({ name, message: message || reasonOf(value), ...(code !== undefined && { code }), stack, ...(cause !== undefined && { cause }) }, depth);
  }
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > 6) return "[deep]";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, secretKeys.test(key) ? "[redacted]" : redact(item, depth + 1)]));
}

/** Redacts and serialises a line in one pass over its fields. */
const toText = (json: boolean) =>
  format((info) => {
    const { level, message, service } = info;
    const fields: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(info))
      if (key !== "level" && key !== "message" && (json || key !== "service")) fields[key] = secretKeys.test(key) ? "[redacted]" : redact(value);
    const timestamp = new Date().toISOString();
    const text = redact(message) as string;
    if (json) info[MESSAGE] = JSON.stringify({ timestamp, level, message: text, ...fields });
    else info[MESSAGE] = `${timestamp} ${level}${service ? ` ${service}` : ""}: ${text}${Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ""}`;
    return info;
  })();
/** Where winston keeps a line's text (`triple-beam` exports it). */
const MESSAGE = Symbol.for("message");

/**
 * Standard error, written once per turn of the event loop: under load many lines are one system call (writing to a pipe is
 * synchronous). The rest is written when the process exits.
 */
function perTurn(): Writable {
  let waiting = "";
  const flush = () => {
    if (waiting) process.stderr.write(waiting);
    waiting = "";
  };
  process.once("exit", flush);
  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      if (!waiting) setImmediate(flush);
      waiting += line;
      done();
    },
  });
}
let standardError: Writable | undefined;

/** Logs to standard error: lines for people, or JSON for machines, each with the correlation id of the running context. */
export function createLogger(options: { level: string; json: boolean; silent?: boolean }): Logger {
  standardError ??= perTurn();
  const winston = createWinston({
    level: options.level,
    silent: options.silent ?? false,
    format: toText(options.json),
    transports: [new transports.Stream({ stream: standardError })],
  });
  // Winston formats a line before it checks the level.
  const wants = (level: string) => !options.silent && winston.isLevelEnabled(level);
  const levels = Object.fromEntries((["error", "warn", "info", "http", "debug"] as const).map((level) => [level, wants(level)])) as Record<Level, boolean>;
  const wrap = (target: typeof winston): Logger => {
    const at =
      (level: Level): Logger[Level] =>
      (message, fields) => {
        if (levels[level]) target.log(level, message, inContext(fields));
      };
    return {
      error: at("error"),
      warn: at("warn"),
      info: at("info"),
      http: at("http"),
      debug: at("debug"),
      child: (fields: LogFields) => wrap(target.child(fields)),
    };
  };
  return wrap(winston);
}

function inContext(fields: LogFields | undefined): LogFields | undefined {
  const context = currentContext();
  return context ? { correlationId: context.correlationId, ...fields } : fields;
}
type Level = Exclude<keyof Logger, "child">;
