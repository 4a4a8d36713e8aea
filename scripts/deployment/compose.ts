import {
  databaseOf,
  type PartName,
  partNames,
  partTable,
  type ServiceName,
  serviceNames,
  storingServiceNames,
  urlVariable,
} from "@newfeed/shared/contracts/services.ts";
import { Environment } from "@newfeed/shared/runtime/config.ts";
import { secretNames, type VariableName } from "@newfeed/shared/runtime/environment.ts";
import { nodeOptionsOf, rabbitmqPartitions } from "../cluster/topology.ts";
import { containerOf, optionalSecrets, passwordVariable, readInContainer } from "./parts.ts";

/** The bus of compose is RabbitMQ. */
const absent = new Set<VariableName>(["KAFKA_BROKERS", "KAFKA_PARTITIONS"]);

const needed = (name: string) => `\${${name}:?set it in .env}`;
const optional = (name: string, otherwise = "") => `\${${name}:-${otherwise}}`;
const defaults: Partial<Record<VariableName, unknown>> = Environment.parse({});

/** Values that compose sets itself, or with its own default. */
const values: Partial<Record<VariableName, string>> = {
  NODE_ENV: "production",
  HOST: "0.0.0.0",
  LOG_FORMAT: optional("LOG_FORMAT", "json"),
  REDIS_URL: `redis://:${needed("REDIS_PASSWORD")}@redis:6379`,
  RABBITMQ_URL: `amqp://newfeed:${needed("RABBITMQ_PASSWORD")}@rabbitmq:5672`,
  RABBITMQ_PARTITIONS: optional("RABBITMQ_PARTITIONS", String(rabbitmqPartitions)),
  COOKIE_SECURE: optional("COOKIE_SECURE", "true"),
  ...Object.fromEntries([...optionalSecrets].map((name) => [name, optional(name)])),
  // nginx hands deliveries and calls on to them.
  WEBHOOK_PORT: '"8081"',
  MEDIA_BASE_URL: optional("MEDIA_BASE_URL", "http://localhost:8080/media"),
  PUBLIC_URL: optional("PUBLIC_URL", "http://localhost:8080"),
  NEWFEED_DATA_DIR: "/data",
  // nginx.
  TRUSTED_PROXIES: optional("INSIDE_SUBNET", "172.29.240.0/24"),
};

function valueIn(name: VariableName, part: PartName): string {
  if (name === "GRPC_PORT") return `"${partTable[part].grpcPort}"`;
  if (name === "PORT") return `"${partTable[part].port}"`;
  if (name === "DATABASE_REPLICA_URL") return optional(passwordVariable(part as ServiceName).replace("DATABASE_PASSWORD", name));
  if (name === "DATABASE_URL" && part !== "api-gateway")
    return `postgresql://newfeed_${databaseOf(part)}:${needed(passwordVariable(part))}@postgres:5432/newfeed_${databaseOf(part)}`;
  return values[name] ?? (secretNames.has(name) ? needed(name) : optional(name, String(defaults[name] ?? "")));
}

const readBy = (part: PartName) => readInContainer(part).filter((name) => !absent.has(name));
/** The variables that all parts read with the same value. */
const common = readBy("api-gateway").filter((name) =>
  partNames.every((part) => readBy(part).includes(name) && valueIn(name, part) === valueIn(name, "auth-service")),
);
const bus: readonly VariableName[] = ["RABBITMQ_URL", "RABBITMQ_PARTITIONS"];
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
  const { memory, cpus, volume, outside } = containerOf(part);
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
    ...(volume ? ["    volumes:", `      - ${volume}:/data`] : []),
    ...(outside ? ["    networks:", "      - inside", "      - outside"] : []),
    ...(database
      ? ["    depends_on: *servers-ready"]
      : ["    depends_on:", "      auth-service:", "        condition: service_healthy", "      redis:", "        condition: service_healthy"]),
    `    mem_limit: ${memory}m`,
    `    cpus: ${cpus}`,
  ].join("\n");
}

export const renderParts = () => partNames.map(renderPart).join("\n\n");

/** For `docker-compose.kafka.yml`: what has a bus. */
export const renderPartsOnKafka = () => storingServiceNames.map((name) => `  ${name}:\n    <<: *bus`).join("\n");

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
