import { type PartName, partNames, partTable, type ServiceName, serviceNames, urlVariable } from "@newfeed/shared/contracts/services.ts";
import { secretNames, type VariableName } from "@newfeed/shared/runtime/environment.ts";
import * as z from "zod";
import { nodeOptionsOf } from "../cluster/topology.ts";
import { containerOf, optionalSecrets, passwordVariable, readInContainer } from "./parts.ts";

/** What the chart decides itself, for every part that reads it. */
const fixed: Partial<Record<VariableName, string>> = {
  NODE_ENV: "production",
  HOST: "0.0.0.0",
  WEBHOOK_PORT: "8081",
  NEWFEED_DATA_DIR: "/data",
};
/** What follows from other values: the address of the feed, the pods' network, the part. */
const derived = new Set<VariableName>(["PORT", "GRPC_PORT", "PUBLIC_URL", "TRUSTED_PROXIES"]);

const isSettable = (name: VariableName) => !(name in fixed) && !derived.has(name) && !secretNames.has(name);

/** A service's URLs of its database are keys of its own in the Secret. */
const secretKey = (name: VariableName, part: PartName) =>
  name.startsWith("DATABASE_") ? passwordVariable(part as ServiceName).replace("DATABASE_PASSWORD", name) : (name as string);

/** What the templates know of a part. */
function partOf(part: PartName) {
  const row = partTable[part];
  const { volume, outside } = containerOf(part);
  const read = readInContainer(part);
  const secrets = read.filter((name) => secretNames.has(name));
  return {
    port: row.port,
    database: row.database,
    outside,
    volume,
    environment: {
      ...Object.fromEntries(read.flatMap((name) => (fixed[name] ? [[name, fixed[name]]] : []))),
      ...(row.grpcPort !== null && { GRPC_PORT: String(row.grpcPort) }),
      PORT: String(row.port),
      NODE_OPTIONS: nodeOptionsOf(part),
    },
    services: Object.fromEntries(serviceNames.filter((name) => name !== part).map((name) => [urlVariable(name), `${name}:${partTable[name].port}`])),
    variables: read.filter((name) => isSettable(name) || (derived.has(name) && name !== "PORT" && name !== "GRPC_PORT")),
    secrets: Object.fromEntries(secrets.filter((name) => !optionalSecrets.has(name)).map((name) => [name, secretKey(name, part)])),
    optionalSecrets: Object.fromEntries(secrets.filter((name) => optionalSecrets.has(name)).map((name) => [name, secretKey(name, part)])),
  };
}

/** The body of `files/parts.yaml`, which the templates go through: JSON is YAML, too. */
export const renderChartParts = () => partNames.map((name) => `${name}: ${JSON.stringify(partOf(name))}`).join("\n");

/** Of `values.yaml`. A part whose files are in a volume of one node begins with one instance. */
export const renderChartValues = () =>
  partNames
    .map((name) => {
      const { memory, cpus, volume } = containerOf(name);
      return [
        `  ${name}:`,
        `    replicas: ${volume === "media" ? 1 : 2}`,
        `    maxReplicas: ${volume === "media" ? 1 : 6}`,
        "    resources:",
        `      requests: { cpu: 100m, memory: ${memory / 2}Mi }`,
        `      limits: { cpu: "${cpus}", memory: ${memory}Mi }`,
      ].join("\n");
    })
    .join("\n");

const Quantity = z.union([z.string().regex(/^\d+(\.\d+)?(m|[kMGT]i?)?$/), z.number()]);
const Resources = z.strictObject({
  requests: z.strictObject({ cpu: Quantity.optional(), memory: Quantity.optional() }).optional(),
  limits: z.strictObject({ cpu: Quantity.optional(), memory: Quantity.optional() }).optional(),
});
const Replicas = z.int().min(1).max(100);
const Strings = z.record(z.string(), z.string());
/** A part of a pod's or a policy's own specification, which Kubernetes checks. */
const Kubernetes = z.record(z.string(), z.unknown());
const Image = z.strictObject({
  repository: z.string().min(1),
  tag: z.string(),
  digest: z.union([z.literal(""), z.string().regex(/^sha256:[0-9a-f]{64}$/)]),
});
const settable = [...new Set(partNames.flatMap(readInContainer))].filter(isSettable).sort();
const Scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The values of the chart. */
const Values = z.strictObject({
  global: z.unknown().optional(),
  publicUrl: z.string().regex(/^https?:\/\/[^/,\s]+$/),
  podSubnet: z.string().regex(/^[0-9a-fA-F.:/,]+$/),
  secretName: z.string().min(1),
  image: Image,
  nginxImage: Image,
  imagePullPolicy: z.enum(["Always", "IfNotPresent", "Never"]),
  imagePullSecrets: z.array(z.strictObject({ name: z.string() })),
  configuration: z.strictObject(Object.fromEntries(settable.map((name) => [name, Scalar.optional()]))),
  parts: z.strictObject(
    Object.fromEntries(partNames.map((name) => [name, z.strictObject({ replicas: Replicas, maxReplicas: Replicas, resources: Resources })])),
  ),
  nginx: z.strictObject({ replicas: Replicas, resources: Resources, trustedProxies: z.string() }),
  autoscaling: z.strictObject({
    enabled: z.boolean(),
    cpuUtilization: z.int().min(1).max(100),
    connectionsPerInstance: z.int().min(1),
  }),
  media: z.strictObject({
    existingClaim: z.string(),
    size: Quantity,
    storageClass: z.string(),
    accessMode: z.enum(["ReadWriteOnce", "ReadWriteMany"]),
  }),
  ingress: z.strictObject({
    enabled: z.boolean(),
    className: z.string(),
    annotations: Strings,
    tlsSecretName: z.string(),
    webhooks: z.boolean(),
    grpcHost: z.string(),
    grpcAnnotations: Strings,
  }),
  networkPolicies: z.strictObject({
    enabled: z.boolean(),
    clients: z.array(Kubernetes),
    metrics: z.array(Kubernetes),
    serverPorts: z.array(z.int().min(1).max(65_535)),
    privateRanges: z.array(z.string()),
    extraEgress: z.array(Kubernetes),
  }),
  podAnnotations: Strings,
  nodeSelector: Strings,
  tolerations: z.array(Kubernetes),
  priorityClassName: z.string(),
});

/** `values.schema.json`: Helm refuses what it does not know. */
export const renderChartSchema = () => `${JSON.stringify(z.toJSONSchema(Values, { target: "draft-7" }), null, 2)}\n`;
