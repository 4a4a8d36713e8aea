import { createLogger as createWinston, format, transports } from "winston";
import type { LogFields, Logger } from "../ports/logger.ts";

const secretKeys = /^(password|passwordHash|token|accessToken|refreshToken|authorization|cookie|set-cookie|x-service-token|secret|apiKey|api_key)$/i;
/** Things that look like a JWT or a bearer token, wherever they stand. */
const secretText = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\bBearer\s+\S+/g;

/** A copy without secrets; errors become what can be read of them. Bounded in depth, so that nothing grows a log line without end. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.replace(secretText, "[redacted]");
  if (value instanceof Error) {
    const { name, message, stack, code, cause } = value as Error & { code?: unknown };
    return redact({ name, message, ...(code !== undefined && { code }), stack, ...(cause !== undefined && { cause }) }, depth);
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth > 6) return "[deep]";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, secretKeys.test(key) ? "[redacted]" : redact(item, depth + 1)]));
}

const redaction = format((info) => {
  for (const [key, value] of Object.entries(info)) info[key] = key === "level" ? value : secretKeys.test(key) ? "[redacted]" : redact(value);
  return info;
});

const line = format.printf(({ timestamp, level, message, service, ...rest }) => {
  const fields = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : "";
  return `${timestamp} ${level}${service ? ` ${service}` : ""}: ${message}${fields}`;
});

/** Logs to standard error: lines for people, or JSON for machines. */
export function createLogger(options: { level: string; json: boolean; silent?: boolean }): Logger {
  const winston = createWinston({
    level: options.level,
    silent: options.silent ?? false,
    format: format.combine(redaction(), format.timestamp(), options.json ? format.json() : line),
    transports: [new transports.Console({ stderrLevels: ["error", "warn", "info", "http", "verbose", "debug", "silly"] })],
  });
  const wrap = (target: typeof winston): Logger => ({
    error: (message, fields) => target.error(message, fields),
    warn: (message, fields) => target.warn(message, fields),
    info: (message, fields) => target.info(message, fields),
    http: (message, fields) => target.http(message, fields),
    debug: (message, fields) => target.debug(message, fields),
    child: (fields: LogFields) => wrap(target.child(fields)),
  });
  return wrap(winston);
}
