import { hostname, networkInterfaces } from "node:os";
import { delimiter, resolve } from "node:path";
import * as z from "zod";
import type { S3Options } from "../cluster/s3.ts";
import { type RegistrationPolicy, registrationPolicies } from "../contracts/account-dto.ts";
import { type ModerationMode, moderationModes } from "../contracts/moderation.ts";
import { type PartName, partTable, type ServiceName, serviceNames, serviceTable, type UrlVariable, urlVariable } from "../contracts/services.ts";
import { lengths } from "../contracts/text.ts";
import { cloudinaryBaseOf, type MediaBases, mediaOriginsOf } from "../ports/media-urls.ts";
import type { IdentityIssuer } from "../ports/tokens.ts";
import type { VariableName } from "./environment.ts";
import { type FcmConfig, fcmOf, fcmVariables } from "./fcm.ts";
import { identityIssuerOf, identityVariables, type WebhookConfig, webhooksOf, webhookVariables } from "./identity-issuer.ts";
import { type LanguageModelConfig, languageModelOf, languageModelVariables } from "./language-model.ts";
import { type ProviderConfig, providersOf, providerVariables } from "./providers.ts";
import { s3BucketOf, s3Variables } from "./s3-bucket.ts";

/** One URL, or several, separated by commas. */
const Urls = z
  .string()
  .refine((text) => text.split(",").every((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)), "must be http(s) URLs, separated by commas")
  .optional();

/** Of each instance. */
const serviceUrls = Object.fromEntries(serviceNames.map((name) => [urlVariable(name), Urls])) as Record<UrlVariable, typeof Urls>;

/** What no installation may have set. */
const testVariables = ["NEWFEED_FAILPOINTS", "ALLOW_PRIVATE_ADDRESSES", "WEBHOOK_ALLOW_PRIVATE", "CHEAP_PASSWORD_HASHES"] as const;

/** Every environment variable that NewFeed reads, with its default. `.env.example` says what each does. */
export const Environment = z.object({
  MODE: z.enum(["embedded", "cluster"]).optional(),
  INSTANCE: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  GRPC_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  INTERNAL_TRANSPORT: z.enum(["http", "grpc"]).default("http"),
  SERVICE_GRPC_URLS: z
    .string()
    .regex(
      /^[a-z-]+=https?:\/\/[^\s;,=]+(,https?:\/\/[^\s;,=]+)*(;[a-z-]+=https?:\/\/[^\s;,=]+(,https?:\/\/[^\s;,=]+)*)*$/,
      "must be service=url,url;service=url",
    )
    .optional(),
  REUSE_PORT: z.stringbool().default(false),
  NOTIFICATION_PORT: z.coerce.number().int().min(0).max(65_535).default(partTable["notification-service"].port),
  NEWFEED_DATA_DIR: z.string().min(1).default(".newfeed"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_REPLICA_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOLING: z.enum(["session", "transaction"]).default("session"),
  DATABASE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/)
    .default("newfeed_"),
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/ }).optional(),
  RABBITMQ_PARTITIONS: z.coerce.number().int().min(1).max(32).default(1),
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/, "must be host:port, or several with commas between")
    .optional(),
  KAFKA_PARTITIONS: z.coerce.number().int().min(1).max(100).default(3),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  SEARCH_URL: z.url({ protocol: /^https?$/ }).optional(),
  ...serviceUrls,
  INTERNAL_TOKEN_SECRET: z.string().min(32).optional(),
  TOKEN_PRIVATE_KEY: z.string().optional(),
  DELIVERY_SECRET: z.string().min(32).optional(),
  METRICS_TOKEN: z.string().min(16).optional(),
  CLOUDINARY_URL: z.url({ protocol: /^cloudinary$/ }).optional(),
  CLOUDINARY_UPLOAD_PREFIX: z.url({ protocol: /^https?$/ }).optional(),
  CLOUDINARY_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  ...s3Variables,
  MEDIA_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  ...languageModelVariables,
  ...fcmVariables,
  MEDIA_QUOTA_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(1024 ** 3),
  PUBLIC_URL: Urls,
  ALLOWED_ORIGINS: z.string().default(""),
  TRUSTED_PROXIES: z.string().default(""),
  COOKIE_SECURE: z.stringbool().optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^(?:[^\s<>@]+@[^\s<>@]+|[^<>@"\r\n]{1,100} <[^\s<>@]+@[^\s<>@]+>)$/, "must be an address, or a name and an address: NewFeed <no-reply@example.com>")
    .optional(),
  MAIL_WEBHOOK_SECRET: z.string().min(16).optional(),
  REQUIRE_VERIFIED_EMAIL: z.stringbool().default(false),
  ...providerVariables,
  ...identityVariables,
  ...webhookVariables,
  REGISTRATION: z.enum(registrationPolicies).default("open"),
  PASSWORD_MIN_LENGTH: z.coerce.number().int().min(lengths.password.min).max(64).default(lengths.password.min),
  RATE_LIMIT_FACTOR: z.coerce.number().positive().default(1),
  FOLLOWERS_FOR_FAN_OUT: z.coerce.number().int().min(0).default(5_000),
  LINK_PREVIEWS: z.stringbool().default(true),
  AI_SUMMARIES: z.stringbool().default(true),
  MODERATION_MODE: z.enum(moderationModes).default("post"),
  RULES_FILE: z.string().optional(),
  TRENDS_ACCOUNT_AGE_HOURS: z.coerce.number().min(0).default(24),
  STREAM_RETENTION_ENTRIES: z.coerce.number().int().min(1).default(10_000),
  STREAM_RETENTION_DAYS: z.coerce.number().positive().default(30),
  NOTIFICATION_RETENTION_DAYS: z.coerce.number().positive().default(365),
  EVENT_RETENTION_DAYS: z.coerce.number().positive().default(365),
  LOG_LEVEL: z.enum(["error", "warn", "info", "http", "debug"]).default("info"),
  LOG_FORMAT: z.enum(["lines", "json"]).default("lines"),
  NEWFEED_FAILPOINTS: z.string().default(""),
  ALLOW_PRIVATE_ADDRESSES: z.stringbool().default(false),
  CHEAP_PASSWORD_HASHES: z.stringbool().default(false),
  WEBHOOK_ALLOW_PRIVATE: z.stringbool().default(false),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  // Read by the exporter itself.
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  NODE_ENV: z.string().optional(),
} satisfies Record<VariableName, z.ZodType>);

export interface Config {
  /** The part of a cluster that runs in this process; null for all services. */
  part: PartName | null;
  /** The name of this instance among those of the same part. */
  instance: string;
  host: string;
  /** 0 chooses a free one. */
  port: number;
  /** Another process may listen on the same port: a successor takes over without a gap (Linux, FreeBSD). */
  reusePort: boolean;
  notificationPort: number;
  /** For gRPC: of the gateway, or of the service that runs here. */
  grpcPort: number;
  /** How services call each other. */
  internalTransport: "http" | "grpc";
  /** Where services listen for gRPC that do so elsewhere than on the usual ports of the hosts in `serviceUrls`. */
  serviceGrpcUrls: Readonly<Partial<Record<string, string>>>;
  /** Absolute. */
  dataDirectory: string;
  /** A PostgreSQL server (without a path), or the database of the one service that runs here; null starts the embedded one. */
  databaseUrl: string | null;
  /** A hot standby of it, in the same form; null for none. */
  databaseReplicaUrl: string | null;
  /** Whether connections to it last, or go to others between transactions. */
  databasePooling: "session" | "transaction";
  /** Null for another bus. */
  rabbitmq: { url: string; partitions: number } | null;
  /** Some of its brokers, and how many partitions a new topic gets; null for another bus. Without either, the embedded one. */
  kafka: { brokers: readonly string[]; partitions: number } | null;
  /** Null for in-process signals and limits. */
  redisUrl: string | null;
  /** An OpenSearch; null searches in PostgreSQL. */
  searchUrl: string | null;
  /** Where the services are that do not run in this process. */
  serviceUrls: Partial<Record<ServiceName, string>>;
  /** Null takes them from the data folder, where the first start generates them. */
  secrets: { internalTokenSecret: string; tokenPrivateKey: string | null; deliverySecret: string | null } | null;
  /** What `/metrics` asks for; null serves none. */
  metricsToken: string | null;
  /** Prefix of every database name, so that installations can share a server. */
  databasePrefix: string;
  cloudinary: { url: string; uploadPrefix: string | null } | null;
  /** Where uploads are kept instead of in the data folder. */
  s3: S3Options | null;
  /** Writes summaries and titles; null for sentences of the texts themselves. */
  languageModel: LanguageModelConfig | null;
  /** Null pushes to no apps, but to browsers alone. */
  fcm: FcmConfig | null;
  mediaBases: MediaBases;
  /** How much one user's uploads may take; 0 for no limit. */
  mediaQuotaBytes: number;
  /** The folders in which programs are looked for. */
  programFolders: readonly string[];
  /** The mail server; null writes mails into the data folder. */
  smtpUrl: string | null;
  /** An address, or a name and an address: `NewFeed <no-reply@example.com>`. */
  mailFrom: string;
  /** With what the mail server's provider tells of mails that came back; null for no such provider. */
  mailWebhookSecret: string | null;
  /** Accounts whose address is not verified may only read. */
  requireVerifiedEmail: boolean;
  /** Who may create an account. */
  registration: RegistrationPolicy;
  /** Whose accounts sign in here. */
  providers: readonly ProviderConfig[];
  /** Whose access tokens are accepted beside ours; null for none. */
  identityIssuer: IdentityIssuer | null;
  /** Deliveries about its users; null receives none. */
  webhooks: WebhookConfig | null;
  /** From where pages may load media (Content-Security-Policy). */
  mediaOrigins: string[];
  /** Where else than here pages of the web client send files. */
  uploadOrigins: string[];
  /** Where clients reach the feed; empty if that follows from where it listens. */
  publicUrls: string[];
  /** Other origins that may use the session cookie. */
  allowedOrigins: string[];
  /** Addresses whose X-Forwarded-For is trusted. */
  trustedProxies: string[];
  secureCookies: boolean;
  /** Of new passwords, in characters. */
  passwordMinLength: number;
  rateLimitFactor: number;
  /** Posts of authors with more followers are not fanned out into feeds, but merged at read time. */
  followersForFanOut: number;
  /** The pages that posts link to are read, and shown as cards. */
  linkPreviews: boolean;
  /** Long posts get a summary. */
  summaries: boolean;
  /** When content is checked. */
  moderationMode: ModerationMode;
  /** Of the text of the community's rules. */
  rulesFile: string | null;
  /** Hours that an account must have been there for its tags to count among the trends. */
  trendsAccountAgeHours: number;
  retention: { entries: number; days: number; notificationDays: number; eventDays: number };
  log: { level: string; json: boolean };
  /** Where traces are sent, and the share that is recorded (0 to 1); null traces nothing. */
  otlp: { endpoint: string; ratio: number } | null;
  failpoints: string;
  /** What users name may lead to any address and port. */
  allowPrivateAddresses: boolean;
  /** Hashes of passwords cost next to nothing, and protect nothing. */
  cheapPasswordHashes: boolean;
  /** So may webhooks, which then need no HTTPS. */
  webhookAllowPrivate: boolean;
  /** A test run: the database may trade durability for speed. */
  test: boolean;
}

/** An invalid environment; the message has one line per variable. */
export class ConfigError extends Error {}

/** One part alone reaches no other through embedded parts, so every connection must be configured. */
function neededInCluster(part: PartName | null, env: z.output<typeof Environment>) {
  const bus = env.KAFKA_BROKERS ? ([] as const) : (["RABBITMQ_URL"] as const);
  if (!part) return ["DATABASE_URL", ...bus, "REDIS_URL"] as const;
  return [
    "REDIS_URL",
    "INTERNAL_TOKEN_SECRET",
    ...(partTable[part].database ? (["DATABASE_URL", ...bus] as const) : []),
    ...(part === "auth-service" ? (["TOKEN_PRIVATE_KEY"] as const) : []),
    ...(part === "delivery-service" ? (["DELIVERY_SECRET"] as const) : []),
    // The other parts and nginx make addresses of it.
    ...(part === "media-service" && env.CLOUDINARY_URL ? (["CLOUDINARY_BASE_URL"] as const) : []),
    ...serviceNames.filter((name) => name !== part).map(urlVariable),
  ] as const;
}

/** The instance's name from its address (`10-0-0-7`), so that nginx can send a polling client back to it. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list = []) => list);
  const { address } = addresses.find(({ family, internal }) => family === "IPv4" && !internal) ?? { address: "127.0.0.1" };
  return address.replaceAll(".", "-");
}

const loopback = ["localhost", "127.0.0.1", "[::1]"];
const everyAddress = new Set(["0.0.0.0", "::"]);
const inUrl = (host: string) => (host.includes(":") ? `[${host}]` : host);

/** The names under which a browser reaches what listens at `host`. */
function namesOf(host: string): string[] {
  if (!everyAddress.has(host)) return [...loopback, inUrl(host)];
  const addresses = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => inUrl(address)));
  return [...loopback, hostname(), ...addresses];
}

/** The origins of the feed's own pages: those of `PUBLIC_URL`, or else wherever a browser reaches the gateway's port. */
export function ownOriginsOf({ publicUrls, host, port, part }: Pick<Config, "publicUrls" | "host" | "port" | "part">): string[] {
  const gatewayPort = part && part !== "api-gateway" ? partTable["api-gateway"].port : port;
  const urls = publicUrls.length > 0 ? publicUrls : namesOf(host).map((name) => `http://${name}:${gatewayPort}`);
  return [...new Set(urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).origin] : [])))];
}

const list = (text: string) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);

/** NewFeed's variables that have a value: an empty one counts as unset. */
export const givenVariables = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.keys(Environment.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));

/** Where a service of a cluster takes calls over gRPC: its usual port, on the hosts where it is, unless something else is given. */
export function grpcUrlOf({ serviceUrls, serviceGrpcUrls }: Pick<Config, "serviceUrls" | "serviceGrpcUrls">, name: ServiceName): string | null {
  const port = serviceTable[name].grpcPort;
  const usual = serviceUrls[name]?.split(",").map((url) => Object.assign(new URL(url), { port: String(port) }).origin);
  return serviceGrpcUrls[name] ?? (port === null || !usual ? null : usual.join(","));
}

const withoutSlash = (url: string) => url.replace(/\/+$/, "");

/** Reads and validates the environment. Throws `ConfigError` that names each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv, part: PartName | null = null): Config {
  const parsed = Environment.safeParse(givenVariables(environment));
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"));
  const env = parsed.data;
  if (part || env.MODE === "cluster") {
    const missing = neededInCluster(part, env).filter((name) => env[name] === undefined);
    if (missing.length > 0)
      throw new ConfigError(missing.map((name) => `${name}: is needed ${part ? `to run ${part} alone` : "with MODE=cluster"}`).join("\n"));
  }
  if (env.MODE === "embedded" && (env.RABBITMQ_URL || env.KAFKA_BROKERS || env.REDIS_URL))
    throw new ConfigError("MODE: embedded, but RABBITMQ_URL, KAFKA_BROKERS or REDIS_URL is given");
  if (env.RABBITMQ_URL && env.KAFKA_BROKERS) throw new ConfigError("KAFKA_BROKERS: events travel on Kafka, or on RabbitMQ (RABBITMQ_URL)");
  if (env.SMTP_URL && !env.MAIL_FROM) throw new ConfigError("MAIL_FROM: is needed with SMTP_URL");
  if (env.SVIX_SECRET && !env.IDENTITY_ISSUER) throw new ConfigError("IDENTITY_ISSUER: is needed with SVIX_SECRET");
  const port = env.PORT ?? partTable[part ?? "api-gateway"].port;
  const mediaBases = {
    local: withoutSlash(env.MEDIA_BASE_URL ?? `http://localhost:${port}/media`),
    cloudinary: env.CLOUDINARY_BASE_URL
      ? withoutSlash(env.CLOUDINARY_BASE_URL)
      : env.CLOUDINARY_URL
        ? cloudinaryBaseOf(new URL(env.CLOUDINARY_URL).hostname)
        : null,
  };
  const test = env.NODE_ENV === "test";
  const missing = (name: string, beside: string) => new ConfigError(`${name}: is needed with ${beside}`);
  const s3 = s3BucketOf(env, missing);
  if (s3 && env.CLOUDINARY_URL) throw new ConfigError("S3_ENDPOINT: uploads are kept there, or at Cloudinary (CLOUDINARY_URL)");
  for (const name of testVariables) if (env[name] && !test) throw new ConfigError(`${name}: only under the test runner (NODE_ENV=test)`);
  return {
    part,
    instance: env.INSTANCE ?? (part ? ownAddress() : "embedded"),
    host: env.HOST,
    port,
    reusePort: env.REUSE_PORT,
    notificationPort: env.NOTIFICATION_PORT,
    grpcPort: env.GRPC_PORT ?? partTable[part ?? "api-gateway"].grpcPort ?? 0,
    internalTransport: env.INTERNAL_TRANSPORT,
    serviceGrpcUrls: Object.fromEntries((env.SERVICE_GRPC_URLS ?? "").split(";").flatMap((entry) => (entry ? [entry.split("=", 2)] : []))) as Record<
      string,
      string
    >,
    dataDirectory: resolve(env.NEWFEED_DATA_DIR),
    databaseUrl: env.DATABASE_URL ?? null,
    databaseReplicaUrl: env.DATABASE_REPLICA_URL ?? null,
    databasePooling: env.DATABASE_POOLING,
    rabbitmq: env.RABBITMQ_URL ? { url: env.RABBITMQ_URL, partitions: env.RABBITMQ_PARTITIONS } : null,
    kafka: env.KAFKA_BROKERS ? { brokers: list(env.KAFKA_BROKERS), partitions: env.KAFKA_PARTITIONS } : null,
    redisUrl: env.REDIS_URL ?? null,
    searchUrl: env.SEARCH_URL ?? null,
    serviceUrls: Object.fromEntries(serviceNames.flatMap((name) => (env[urlVariable(name)] ? [[name, env[urlVariable(name)]]] : []))),
    secrets: env.INTERNAL_TOKEN_SECRET
      ? {
          internalTokenSecret: env.INTERNAL_TOKEN_SECRET,
          tokenPrivateKey: env.TOKEN_PRIVATE_KEY?.replaceAll("\\n", "\n") ?? null,
          deliverySecret: env.DELIVERY_SECRET ?? null,
        }
      : null,
    metricsToken: env.METRICS_TOKEN ?? null,
    databasePrefix: env.DATABASE_PREFIX,
    s3,
    languageModel: languageModelOf(env, missing),
    fcm: fcmOf(env),
    cloudinary: env.CLOUDINARY_URL ? { url: env.CLOUDINARY_URL, uploadPrefix: env.CLOUDINARY_UPLOAD_PREFIX ?? null } : null,
    mediaBases,
    mediaQuotaBytes: env.MEDIA_QUOTA_BYTES,
    programFolders: (environment.PATH ?? "").split(delimiter).filter(Boolean),
    smtpUrl: env.SMTP_URL ?? null,
    mailFrom: env.MAIL_FROM ?? "NewFeed <no-reply@localhost>",
    mailWebhookSecret: env.MAIL_WEBHOOK_SECRET ?? null,
    requireVerifiedEmail: env.REQUIRE_VERIFIED_EMAIL,
    registration: env.REGISTRATION,
    providers: providersOf(env, missing),
    identityIssuer: identityIssuerOf(env, missing),
    webhooks: webhooksOf(env),
    mediaOrigins: mediaOriginsOf(mediaBases, s3?.signedUrls ? s3.endpoint : null),
    uploadOrigins: s3?.directUploads ? [new URL(s3.endpoint).origin] : [],
    publicUrls: list(env.PUBLIC_URL ?? ""),
    allowedOrigins: list(env.ALLOWED_ORIGINS),
    trustedProxies: list(env.TRUSTED_PROXIES),
    secureCookies: env.COOKIE_SECURE ?? env.NODE_ENV === "production",
    passwordMinLength: env.PASSWORD_MIN_LENGTH,
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    followersForFanOut: env.FOLLOWERS_FOR_FAN_OUT,
    linkPreviews: env.LINK_PREVIEWS,
    summaries: env.AI_SUMMARIES,
    moderationMode: env.MODERATION_MODE,
    rulesFile: env.RULES_FILE ? resolve(env.RULES_FILE) : null,
    trendsAccountAgeHours: env.TRENDS_ACCOUNT_AGE_HOURS,
    retention: {
      entries: env.STREAM_RETENTION_ENTRIES,
      days: env.STREAM_RETENTION_DAYS,
      notificationDays: env.NOTIFICATION_RETENTION_DAYS,
      eventDays: env.EVENT_RETENTION_DAYS,
    },
    log: { level: env.LOG_LEVEL, json: env.LOG_FORMAT === "json" },
    otlp: env.OTEL_EXPORTER_OTLP_ENDPOINT ? { endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT, ratio: env.OTEL_TRACES_SAMPLER_ARG } : null,
    failpoints: env.NEWFEED_FAILPOINTS,
    allowPrivateAddresses: env.ALLOW_PRIVATE_ADDRESSES,
    cheapPasswordHashes: env.CHEAP_PASSWORD_HASHES,
    webhookAllowPrivate: env.WEBHOOK_ALLOW_PRIVATE,
    test,
  };
}
