import { databaseOf, type PartName, partNames, partTable, type ServiceName, serviceNames, urlVariable } from "@newfeed/shared/contracts/services.ts";
import { Environment } from "@newfeed/shared/runtime/config.ts";
import { secretNames, type VariableName, variablesOf } from "@newfeed/shared/runtime/environment.ts";
import { nodeOptionsOf } from "../cluster/topology.ts";

/** Containers that need more than the default. */
const containers: Partial<Record<PartName, { memory?: string; cpus?: number; volumes?: readonly string[]; networks?: readonly string[] }>> = {
  // The mail server is outside; without one, mails go into a folder.
  "auth-service": { volumes: ["mail:/data"], networks: ["inside", "outside"] },
  // The provider of a model is outside.
  "ai-service": { networks: ["inside", "outside"] },
  // Those who receive webhooks are outside.
  "delivery-service": { networks: ["inside", "outside"] },
  // Cloudinary is outside.
  "media-service": { memory: "768m", cpus: 2, volumes: ["media:/data"], networks: ["inside", "outside"] },
  "notification-service": { memory: "768m" },
  // The pages that posts link to are outside.
  "post-service": { networks: ["inside", "outside"] },
};

/** Not set in compose: an instance is named after its address and has its own port, and the bus is RabbitMQ; the others are for tests. */
const absent = new Set<VariableName>([
  ...["INSTANCE", "REUSE_PORT", "KAFKA_BROKERS", "KAFKA_PARTITIONS"],
  ...["NEWFEED_FAILPOINTS", "ALLOW_PRIVATE_ADDRESSES", "WEBHOOK_ALLOW_PRIVATE", "CHEAP_PASSWORD_HASHES"],
] as const);

const needed = (name: string) => `\${${name}:?set it in .env}`;
const optional = (name: string, otherwise = "") => `\${${name}:-${otherwise}}`;
const passwordVariable = (name: ServiceName) => `${databaseOf(name).toUpperCase()}_DATABASE_PASSWORD`;
const defaults: Partial<Record<VariableName, unknown>> = Environment.parse({});

/** Values that compose sets itself, or with its own default. */
const values: Partial<Record<VariableName, string>> = {
  NODE_ENV: "production",
  HOST: "0.0.0.0",
  LOG_FORMAT: optional("LOG_FORMAT", "json"),
  REDIS_URL: `redis://:${needed("REDIS_PASSWORD")}@redis:6379`,
  RABBITMQ_URL: `amqp://newfeed:${needed("RABBITMQ_PASSWORD")}@rabbitmq:5672`,
  COOKIE_SECURE: optional("COOKIE_SECURE", "true"),
  METRICS_TOKEN: optional("METRICS_TOKEN"),
  CLOUDINARY_URL: optional("CLOUDINARY_URL"),
  S3_SECRET_ACCESS_KEY: optional("S3_SECRET_ACCESS_KEY"),
  SMTP_URL: optional("SMTP_URL"),
  AI_API_KEY: optional("AI_API_KEY"),
  FCM_SERVICE_ACCOUNT_KEY: optional("FCM_SERVICE_ACCOUNT_KEY"),
  SEARCH_URL: optional("SEARCH_URL"),
  // Others give them out, to those who use them.
  GOOGLE_CLIENT_SECRET: optional("GOOGLE_CLIENT_SECRET"),
  GITHUB_CLIENT_SECRET: optional("GITHUB_CLIENT_SECRET"),
  OIDC_CLIENT_SECRET: optional("OIDC_CLIENT_SECRET"),
  SVIX_SECRET: optional("SVIX_SECRET"),
  // nginx hands deliveries and calls on to them.
  WEBHOOK_PORT: '"8081"',
  GRPC_PORT: '"50050"',
  OTEL_EXPORTER_OTLP_HEADERS: optional("OTEL_EXPORTER_OTLP_HEADERS"),
  MEDIA_BASE_URL: optional("MEDIA_BASE_URL", "http://localhost:8080/media"),
  PUBLIC_URL: optional("PUBLIC_URL", "http://localhost:8080"),
  NEWFEED_DATA_DIR: "/data",
  // nginx.
  TRUSTED_PROXIES: optional("INSIDE_SUBNET", "172.29.240.0/24"),
};

function valueIn(name: VariableName, part: PartName): string {
  if (name === "PORT") return `"${partTable[part].port}"`;
  if (name === "DATABASE_URL" && part !== "api-gateway")
    return `postgresql://newfeed_${databaseOf(part)}:${needed(passwordVariable(part))}@postgres:5432/newfeed_${databaseOf(part)}`;
  return values[name] ?? (secretNames.has(name) ? needed(name) : optional(name, String(defaults[name] ?? "")));
}

const urlNames = new Set<VariableName>(serviceNames.map(urlVariable));
const readBy = (part: PartName) => variablesOf(part).filter((name) => !absent.has(name) && !urlNames.has(name));
/** The variables that all parts read with the same value. */
const common = readBy("api-gateway").filter((name) =>
  partNames.every((part) => readBy(part).includes(name) && valueIn(name, part) === valueIn(name, "auth-service")),
);
const bus: readonly VariableName[] = ["RABBITMQ_URL"];
const anchorOf = (name: ServiceName) => `${name.replace(/-service$/, "")}-url`;

/** Variables of several parts, as anchors: `x-environment`, `x-bus`, and a URL for each service. */
export function renderAnchors(): string {
  const lines = (names: readonly VariableName[], part: PartName) => names.map((name) => `  ${name}: ${valueIn(name, part)}`);
  return [
    "x-environment: &environment",
    ...lines(common, "auth-service"),
    `  NODE_OPTIONS: ${nodeOptionsOf("api-gateway")}`,
    "",
    "x-bus: &bus",
    ...lines(bus, "auth-service"),
    "",
    ...serviceNames.flatMap((name) => [`x-${anchorOf(name)}: &${anchorOf(name)}`, `  ${urlVariable(name)}: http://${name}:${partTable[name].port}`]),
  ].join("\n");
}

function renderPart(part: PartName): string {
  const { memory = "384m", cpus = 1, volumes = [], networks = [] } = containers[part] ?? {};
  const { database } = partTable[part];
  const merged = ["environment", ...(database ? ["bus"] : []), ...serviceNames.filter((name) => name !== part).map(anchorOf)];
  const own = readBy(part).filter((name) => !common.includes(name) && !(database && bus.includes(name)));
  return [
    `  ${part}:`,
    "    <<: *part",
    `    command: ["--services=${part}"]`,
    "    environment:",
    `      <<: [${merged.map((anchor) => `*${anchor}`).join(", ")}]`,
    ...own.map((name) => `      ${name}: ${valueIn(name, part)}`),
    ...(nodeOptionsOf(part) === nodeOptionsOf("api-gateway") ? [] : [`      NODE_OPTIONS: ${nodeOptionsOf(part)}`]),
    ...(volumes.length > 0 ? ["    volumes:", ...volumes.map((volume) => `      - ${volume}`)] : []),
    ...(networks.length > 0 ? ["    networks:", ...networks.map((network) => `      - ${network}`)] : []),
    ...(database
      ? ["    depends_on: *servers-ready"]
      : ["    depends_on:", "      auth-service:", "        condition: service_healthy", "      redis:", "        condition: service_healthy"]),
    `    mem_limit: ${memory}`,
    `    cpus: ${cpus}`,
  ].join("\n");
}

export const renderParts = () => partNames.map(renderPart).join("\n\n");

const passwords = () => serviceNames.filter((name) => partTable[name].database).map(passwordVariable);

/** For the database's container, which creates a role for each. */
export const renderDatabasePasswords = () =>
  passwords()
    .map((name) => `      ${name}: ${needed(name)}`)
    .join("\n");

/** For `.env.production.example`. */
export const renderEmptyPasswords = () =>
  passwords()
    .map((name) => `${name}=`)
    .join("\n");
