import { databaseOf, type PartName, type ServiceName, serviceNames, urlVariable } from "@newfeed/shared/contracts/services.ts";
import { type VariableName, variablesOf } from "@newfeed/shared/runtime/environment.ts";

interface Container {
  /** In MiB. */
  memory: number;
  cpus: number;
  /** The name of the volume at `/data`, of those that keep files. */
  volume: string | null;
  /** Calls others than our servers: it has a network to the outside. */
  outside: boolean;
}

/** Containers that need more than the default. */
const special: Partial<Record<PartName, Partial<Container>>> = {
  // The mail server is outside; without one, mails go into a folder.
  "auth-service": { volume: "mail", outside: true },
  // The provider of a model is outside.
  "ai-service": { outside: true },
  // Those who receive webhooks are outside, and the mail server, as for auth-service.
  "delivery-service": { volume: "mail", outside: true },
  // Cloudinary is outside.
  "media-service": { memory: 768, cpus: 2, volume: "media", outside: true },
  "notification-service": { memory: 768 },
  // The pages that posts link to are outside.
  "post-service": { outside: true },
};

export const containerOf = (part: PartName): Container => ({ memory: 384, cpus: 1, volume: null, outside: false, ...special[part] });

/** Not set in containers: an instance is named after its address and has its own ports; the others are for tests. */
const absent = new Set<VariableName>([
  ...["INSTANCE", "REUSE_PORT", "SERVICE_GRPC_URLS"],
  ...["NEWFEED_FAILPOINTS", "ALLOW_PRIVATE_ADDRESSES", "WEBHOOK_ALLOW_PRIVATE", "CHEAP_PASSWORD_HASHES"],
] as const);

const urlNames = new Set<VariableName>(serviceNames.map(urlVariable));

/** The variables that a part reads in a container, but for the addresses of the other services. */
export const readInContainer = (part: PartName) => variablesOf(part).filter((name) => !absent.has(name) && !urlNames.has(name));

export const passwordVariable = (name: ServiceName) => `${databaseOf(name).toUpperCase()}_DATABASE_PASSWORD`;

/** Secrets that others give out, or that turn something on: nothing is missing without them. */
export const optionalSecrets = new Set<VariableName>([
  ...["METRICS_TOKEN", "OTEL_EXPORTER_OTLP_HEADERS", "CLOUDINARY_URL", "S3_SECRET_ACCESS_KEY", "SMTP_URL", "AI_API_KEY", "FCM_SERVICE_ACCOUNT_KEY"],
  ...["DATABASE_REPLICA_URL", "SEARCH_URL", "GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_SECRET", "OIDC_CLIENT_SECRET", "SVIX_SECRET"],
] as const);
