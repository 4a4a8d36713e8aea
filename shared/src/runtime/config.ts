import { resolve } from "node:path";
import * as z from "zod";

/** Every environment variable that NewFeed reads, with its default. `.env.example` says what each does. */
export const Environment = z.object({
  MODE: z.enum(["embedded", "cluster"]).optional(),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  NOTIFICATION_PORT: z.coerce.number().int().min(0).max(65_535).default(3005),
  NEWFEED_DATA_DIR: z.string().min(1).default(".newfeed"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/)
    .default("newfeed_"),
  RABBITMQ_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  CLOUDINARY_URL: z.url({ protocol: /^cloudinary$/ }).optional(),
  CLOUDINARY_UPLOAD_PREFIX: z.url({ protocol: /^https?$/ }).optional(),
  MEDIA_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  ALLOWED_ORIGINS: z.string().default(""),
  TRUSTED_PROXIES: z.string().default(""),
  COOKIE_SECURE: z.stringbool().optional(),
  RATE_LIMIT_FACTOR: z.coerce.number().positive().default(1),
  STREAM_RETENTION_ENTRIES: z.coerce.number().int().min(1).default(10_000),
  STREAM_RETENTION_DAYS: z.coerce.number().positive().default(30),
  LOG_LEVEL: z.enum(["error", "warn", "info", "http", "debug"]).default("info"),
  LOG_FORMAT: z.enum(["lines", "json"]).default("lines"),
  NEWFEED_FAILPOINTS: z.string().default(""),
  NODE_ENV: z.string().optional(),
});

export interface Config {
  host: string;
  /** 0 chooses a free one. */
  port: number;
  notificationPort: number;
  /** Absolute. */
  dataDirectory: string;
  /** A PostgreSQL server; null starts the embedded one. */
  databaseUrl: string | null;
  /** Begins the name of every database, so that installations can share a server. */
  databasePrefix: string;
  cloudinary: { url: string; uploadPrefix: string | null } | null;
  /** Under which clients reach the media that NewFeed serves itself; without a slash at its end. */
  mediaBaseUrl: string;
  /** Origins beside our own that may use the session cookie. */
  allowedOrigins: string[];
  /** Addresses whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  secureCookies: boolean;
  rateLimitFactor: number;
  retention: { entries: number; days: number };
  log: { level: string; json: boolean };
  failpoints: string;
  /** A test run: the database may trade durability for speed. */
  test: boolean;
}

/** What is wrong with the environment, in one line a variable. */
export class ConfigError extends Error {}

const list = (text: string) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);

/** Reads and validates the environment. Throws `ConfigError` that names each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"));
  const env = parsed.data;
  for (const name of ["RABBITMQ_URL", "REDIS_URL"] as const)
    if (env[name] || env.MODE === "cluster") throw new ConfigError(`${env[name] ? name : "MODE=cluster"}: this version runs on embedded parts only; unset it`);
  const test = env.NODE_ENV === "test";
  if (env.NEWFEED_FAILPOINTS && !test) throw new ConfigError("NEWFEED_FAILPOINTS: only under the test runner (NODE_ENV=test)");
  return {
    host: env.HOST,
    port: env.PORT,
    notificationPort: env.NOTIFICATION_PORT,
    dataDirectory: resolve(env.NEWFEED_DATA_DIR),
    databaseUrl: env.DATABASE_URL ?? null,
    databasePrefix: env.DATABASE_PREFIX,
    cloudinary: env.CLOUDINARY_URL ? { url: env.CLOUDINARY_URL, uploadPrefix: env.CLOUDINARY_UPLOAD_PREFIX ?? null } : null,
    mediaBaseUrl: (env.MEDIA_BASE_URL ?? `http://localhost:${env.PORT}/media`).replace(/\/+$/, ""),
    allowedOrigins: list(env.ALLOWED_ORIGINS),
    trustedProxies: list(env.TRUSTED_PROXIES),
    secureCookies: env.COOKIE_SECURE ?? env.NODE_ENV === "production",
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    retention: { entries: env.STREAM_RETENTION_ENTRIES, days: env.STREAM_RETENTION_DAYS },
    log: { level: env.LOG_LEVEL, json: env.LOG_FORMAT === "json" },
    failpoints: env.NEWFEED_FAILPOINTS,
    test,
  };
}
