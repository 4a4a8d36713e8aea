import { type PartName, partTable, serviceNames, type UrlVariable, urlVariable } from "../contracts/services.ts";

/** Read by every part that runs alone, beside the URLs of the other services. */
const ofEveryPart = [
  "NODE_ENV",
  "INSTANCE",
  "HOST",
  "PORT",
  "REUSE_PORT",
  "RATE_LIMIT_FACTOR",
  "LOG_LEVEL",
  "LOG_FORMAT",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_TRACES_SAMPLER_ARG",
  "NEWFEED_FAILPOINTS",
] as const;
const secretsOfEveryPart = ["REDIS_URL", "INTERNAL_TOKEN_SECRET", "METRICS_TOKEN", "OTEL_EXPORTER_OTLP_HEADERS"] as const;
/** Read by every part that has a database. */
const ofDatabases = ["DATABASE_POOLING", "RABBITMQ_PARTITIONS", "KAFKA_BROKERS", "KAFKA_PARTITIONS"] as const;
/** Read by every service. */
const ofServices = ["INTERNAL_TRANSPORT", "SERVICE_GRPC_URLS"] as const;
const secretsOfDatabases = ["DATABASE_URL", "RABBITMQ_URL"] as const;
/** Read by those that listen for gRPC (`GRPC_PORT`), or only where services share a process or a server. */
type SharedVariable = "MODE" | "GRPC_PORT" | "NOTIFICATION_PORT" | "DATABASE_PREFIX";

type Row = (typeof partTable)[PartName];
type SecretName = (typeof secretsOfEveryPart)[number] | (typeof secretsOfDatabases)[number] | Row["secrets"][number];
/** Every variable that NewFeed reads. */
export type VariableName =
  | SecretName
  | (typeof ofEveryPart)[number]
  | (typeof ofDatabases)[number]
  | (typeof ofServices)[number]
  | Row["environment"][number]
  | UrlVariable
  | SharedVariable;

/** What may reach only the parts that read it. */
export const secretNames: ReadonlySet<VariableName> = new Set<VariableName>([
  ...secretsOfEveryPart,
  ...secretsOfDatabases,
  ...Object.values(partTable).flatMap((row) => row.secrets),
]);

/** The variables that a part reads when it runs alone: the one table that compose and `npm run cluster` go by. */
export function variablesOf(part: PartName): readonly VariableName[] {
  const { database, environment, grpcPort, secrets } = partTable[part];
  return [
    ...ofEveryPart,
    ...secretsOfEveryPart,
    ...(database ? [...ofDatabases, ...secretsOfDatabases] : []),
    ...serviceNames.filter((name) => name !== part).map(urlVariable),
    ...(grpcPort === null ? [] : (["GRPC_PORT"] as const)),
    ...(part === "api-gateway" ? [] : ofServices),
    ...environment,
    ...secrets,
  ];
}
