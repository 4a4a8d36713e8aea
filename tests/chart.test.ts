import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { type PartName, partNames, partTable, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { ensureDatabase } from "@newfeed/shared/runtime/database.ts";
import { secretNames, type VariableName, variablesOf } from "@newfeed/shared/runtime/environment.ts";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { hasHelm, renderChart, withHelm } from "./support/kubernetes/helm.ts";
import { conforms, hasKubeconform } from "./support/kubernetes/kubeconform.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string; optional?: boolean } };
}
interface Container {
  name: string;
  image: string;
  args?: string[];
  command?: string[];
  env: Variable[];
  ports?: { name: string; containerPort: number }[];
  resources: { requests: object; limits: { memory: string } };
  securityContext: object;
}
interface Pod {
  spec: {
    containers: Container[];
    initContainers?: Container[];
    terminationGracePeriodSeconds: number;
    volumes: { name: string; emptyDir?: { sizeLimit?: string }; persistentVolumeClaim?: object }[];
  };
  metadata: { labels: Record<string, string> };
}
interface Resource {
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  spec: {
    template: Pod;
    selector: { matchLabels?: Record<string, string> };
    clusterIP?: string;
    ports: { name: string; port: number }[];
    strategy: { type: string };
    replicas?: number;
    [key: string]: unknown;
  };
}

const needed = { publicUrl: "https://feed.example", podSubnet: "10.244.0.0/16", secretName: "newfeed-secrets" };
const secrets: Record<string, string> = {
  ...(parseEnv(spawnSync(process.execPath, [`${root}scripts/production-env.mjs`, "--kubernetes"], { encoding: "utf8" }).stdout) as Record<string, string>),
  REDIS_URL: "redis://host",
  RABBITMQ_URL: "amqp://host",
};

/** All that the chart makes of these values. */
function rendered(values: object = {}): { resources: Resource[]; text: string; of(kind: string, name: string): Resource } {
  const made = renderChart({ ...needed, ...values });
  if ("refused" in made) throw new Error(made.refused);
  const text = Object.entries(made.files)
    .filter(([path]) => path.endsWith(".yaml"))
    .map(([, file]) => file)
    .join("\n---\n");
  const resources = parseAllDocuments(text).flatMap((document) => (document.toJS() ? [document.toJS() as Resource] : []));
  const of = (kind: string, name: string) => {
    const found = resources.find((resource) => resource.kind === kind && resource.metadata.name === name);
    if (!found) throw new Error(`no ${kind} ${name}`);
    return found;
  };
  return { resources, text, of };
}

/** What a container finds in its environment when the Secret has everything. */
const environmentOf = ({ env }: Container) =>
  Object.fromEntries(
    env.map(({ name, value, valueFrom }) => [
      name,
      value ?? (name === "DATABASE_URL" ? "postgresql://host/database" : secrets[valueFrom?.secretKeyRef.key ?? ""]),
    ]),
  );

test("the chart is of the version that it runs", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(parse(read("deploy/helm/newfeed/Chart.yaml"))).toMatchObject({ version, appVersion: version });
});

test("values.yaml has every part of the registry, and describes what has to be set", () => {
  const values = parse(read("deploy/helm/newfeed/values.yaml")) as { parts: object };
  expect(Object.keys(values.parts)).toEqual([...partNames]);
  expect(values).toMatchObject({ publicUrl: "", podSubnet: "", secretName: "" });
});

test("production-env.mjs --kubernetes makes every secret that can be made, and names those that others give", () => {
  const chart = parse(read("deploy/helm/newfeed/files/parts.yaml")) as Record<string, { secrets: Record<string, string>; optionalSecrets: string[] }>;
  const keys = Object.values(chart).flatMap((part) => [...Object.values(part.secrets), ...Object.values(part.optionalSecrets)]);
  expect(Object.keys(secrets).sort()).toEqual([...new Set(keys)].sort());
  for (const name of ["INTERNAL_TOKEN_SECRET", "TOKEN_PRIVATE_KEY", "DELIVERY_SECRET", "METRICS_TOKEN"]) expect(secrets[name]).toMatch(/.{32}/);
});

if (!hasHelm) process.stderr.write(`skipped: ${withHelm}\n`);
describe.skipIf(!hasHelm)("as Helm renders it, the chart", () => {
  let chart: ReturnType<typeof rendered>;
  beforeAll(() => {
    chart = rendered();
  }, 300_000);

  const deployments = () => chart.resources.filter(({ kind }) => kind === "Deployment");
  const containerOf = (part: string) => chart.of("Deployment", `demo-newfeed-${part}`).spec.template.spec.containers[0] as Container;

  test("passes lint", () => {
    const made = renderChart(needed);
    expect("lint" in made && made.lint.filter(({ severity }) => severity > 1)).toEqual([]);
  });

  test("runs the parts of the registry, and nginx in front", () => {
    expect(
      deployments()
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual([...partNames, "nginx"].map((name) => `demo-newfeed-${name}`).sort());
    for (const name of partNames) expect(containerOf(name).args).toEqual([`--services=${name}`]);
  });

  test.each(partNames)("gives %s an environment that it accepts, and no variable that it does not read", (name) => {
    const environment = environmentOf(containerOf(name));
    const config = readConfig(environment, name);
    expect(config).toMatchObject({ part: name, port: partTable[name].port, host: "0.0.0.0", passwordMinLength: name === "auth-service" ? 12 : 7 });
    for (const [service, url] of Object.entries(config.serviceUrls)) expect(url).toBe(`http://demo-newfeed-${service}:${partTable[service as PartName].port}`);
    const known = new Set<string>([...variablesOf(name), "NODE_OPTIONS"]);
    expect(Object.keys(environment).filter((variable) => !known.has(variable))).toEqual([]);
    if (name === "api-gateway" || name === "notification-service")
      expect(config).toMatchObject({ trustedProxies: [needed.podSubnet], publicUrls: [needed.publicUrl] });
  });

  test("finds each part by a Service without an address of its own, at the port where it listens", () => {
    for (const name of partNames) {
      const { clusterIP, ports } = chart.of("Service", `demo-newfeed-${name}`).spec;
      expect([clusterIP, ports[0]?.port]).toEqual(["None", partTable[name].port]);
      expect(containerOf(name).ports?.map((port) => port.containerPort)).toEqual(ports.map(({ port }) => port));
    }
  });

  test("passes each secret on to the parts that read it, and to no other", () => {
    for (const name of partNames)
      for (const { name: variable, valueFrom } of containerOf(name).env) {
        expect(secretNames.has(variable as VariableName), `${name} ${variable}`).toBe(valueFrom !== undefined);
        if (valueFrom) expect(valueFrom.secretKeyRef.name).toBe(needed.secretName);
      }
    expect(chart.text.match(/key: AUTH_DATABASE_URL/g)).toHaveLength(2);
    expect(chart.text.match(/key: TOKEN_PRIVATE_KEY/g)).toHaveLength(1);
  });

  test("leaves out what is not set, and says what is set as it is written", () => {
    expect(environmentOf(containerOf("media-service"))).not.toHaveProperty("S3_BUCKET");
    const { of } = rendered({ configuration: { MEDIA_QUOTA_BYTES: 21474836480, COOKIE_SECURE: false, MAIL_FROM: "Feed <a@b.example>" } });
    const environment = (part: string) => environmentOf(of("Deployment", `demo-newfeed-${part}`).spec.template.spec.containers[0] as Container);
    expect(environment("media-service")).toMatchObject({ MEDIA_QUOTA_BYTES: "21474836480" });
    expect(environment("auth-service")).toMatchObject({ COOKIE_SECURE: "false", MAIL_FROM: "Feed <a@b.example>", LOG_FORMAT: "json" });
    expect(environment("post-service")).not.toHaveProperty("MAIL_FROM");
  });

  test("puts Kafka into RabbitMQ's place", () => {
    const { of } = rendered({ configuration: { KAFKA_BROKERS: "kafka:9092" } });
    const environment = environmentOf(of("Deployment", "demo-newfeed-post-service").spec.template.spec.containers[0] as Container);
    expect(environment).not.toHaveProperty("RABBITMQ_URL");
    expect(readConfig(environment, "post-service").kafka).toEqual({ brokers: ["kafka:9092"], partitions: 3 });
  });

  test("runs nobody as root, writes into bounded volumes alone, and bounds what a container takes", () => {
    const jobs = chart.resources.filter(({ kind }) => kind === "Job");
    for (const { metadata, spec } of [...deployments(), ...jobs]) {
      const pod = spec.template.spec;
      expect(pod, metadata.name).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: expect.any(Number), seccompProfile: { type: "RuntimeDefault" } },
      });
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect(container, metadata.name).toMatchObject({
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
          resources: { requests: { cpu: expect.anything(), memory: expect.anything() }, limits: { memory: expect.anything() } },
        });
        expect(container.image).not.toMatch(/:latest$|^[^:@]+$/);
      }
      for (const { name, emptyDir, persistentVolumeClaim } of pod.volumes)
        expect(emptyDir?.sizeLimit ?? persistentVolumeClaim, `${metadata.name} ${name}`).toBeDefined();
    }
  });

  test("gives each part probes, a budget of disruptions, different nodes, and more time to stop than it takes", () => {
    const stopsWithin = Number(/stopsWithinMs = (\d+)_000/.exec(read("app/start.ts"))?.[1]);
    for (const { metadata, spec } of deployments()) {
      const pod = spec.template.spec;
      expect(pod, metadata.name).toMatchObject({
        topologySpreadConstraints: [{ topologyKey: "topology.kubernetes.io/zone" }, { topologyKey: "kubernetes.io/hostname" }],
      });
      expect(pod.containers[0]).toMatchObject({ readinessProbe: expect.anything(), livenessProbe: expect.anything() });
      expect(chart.of("PodDisruptionBudget", metadata.name).spec.selector).toEqual(spec.selector);
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels ?? {});
      if (metadata.name !== "demo-newfeed-nginx") expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(stopsWithin);
    }
    expect(stopsWithin).toBe(60);
  });

  test("keeps uploads in a volume of one instance, or wherever several can reach them", () => {
    expect(chart.of("Deployment", "demo-newfeed-media-service").spec.strategy.type).toBe("Recreate");
    expect(chart.of("PersistentVolumeClaim", "demo-newfeed-media").metadata.annotations).toEqual({ "helm.sh/resource-policy": "keep" });
    const several = { parts: { "media-service": { replicas: 2 } } };
    expect(() => rendered(several)).toThrow(/parts\.media-service: several instances need uploads in a bucket/);
    for (const values of [{ media: { accessMode: "ReadWriteMany" } }, { configuration: { S3_BUCKET: "media" } }]) {
      const { of, resources } = rendered({ ...several, ...values });
      expect(of("Deployment", "demo-newfeed-media-service").spec).toMatchObject({ replicas: 2, strategy: { type: "RollingUpdate" } });
      expect(resources.filter(({ kind }) => kind === "PersistentVolumeClaim")).toHaveLength("media" in values ? 1 : 0);
    }
  });

  test("scales notification-service by its connections, and the others by their use of the processor", () => {
    expect(chart.resources.filter(({ kind }) => kind === "HorizontalPodAutoscaler")).toEqual([]);
    const scaled = rendered({ autoscaling: { enabled: true } });
    const metric = (part: string) => scaled.of("HorizontalPodAutoscaler", `demo-newfeed-${part}`).spec["metrics"];
    expect(metric("notification-service")).toEqual([
      { type: "Pods", pods: { metric: { name: "newfeed_connections" }, target: { type: "AverageValue", averageValue: "5000" } } },
    ]);
    expect(metric("post-service")).toEqual([{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }]);
    // It would be undone by the autoscaler at each upgrade.
    expect(scaled.of("Deployment", "demo-newfeed-post-service").spec).not.toHaveProperty("replicas");
  });

  test("lets nginx reach the parts that face clients, those call others that have to, and nobody else anything", () => {
    const policies = chart.resources.filter(({ kind }) => kind === "NetworkPolicy").map(({ metadata }) => metadata.name.replace("demo-newfeed-", ""));
    const outside = ["ai-service", "auth-service", "delivery-service", "media-service", "post-service"].map((name) => `${name}-outside`);
    const faces = ["api-gateway", "auth-service", "notification-service"].map((name) => `nginx-to-${name}`);
    expect(policies.sort()).toEqual(["parts", "nginx", "migrate", ...outside, ...faces].sort());
    // Every pod is selected by a policy for both directions.
    for (const [policy, kind, name] of [
      ["parts", "Deployment", "post-service"],
      ["nginx", "Deployment", "nginx"],
      ["migrate", "Job", "migrate"],
    ] as const) {
      const { podSelector, policyTypes } = chart.of("NetworkPolicy", `demo-newfeed-${policy}`).spec;
      expect(policyTypes).toEqual(["Ingress", "Egress"]);
      expect(chart.of(kind, `demo-newfeed-${name}`).spec.template.metadata.labels).toMatchObject((podSelector as { matchLabels: object }).matchLabels);
    }
    expect(chart.of("NetworkPolicy", "demo-newfeed-auth-service-outside").spec["egress"]).toEqual([
      { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: expect.arrayContaining(["10.0.0.0/8", "169.254.0.0/16"]) } }] },
    ]);
  });

  test("leads everything to nginx, without limits that would end sockets and event streams", () => {
    const { of } = rendered({ ingress: { enabled: true, tlsSecretName: "tls", webhooks: true, grpcHost: "grpc.feed.example" } });
    const { metadata, spec } = of("Ingress", "demo-newfeed");
    expect(metadata.annotations).toMatchObject({
      "nginx.ingress.kubernetes.io/proxy-buffering": "off",
      "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600",
      "nginx.ingress.kubernetes.io/proxy-body-size": /client_max_body_size (\d+m)/.exec(read("nginx/newfeed.conf"))?.[1],
    });
    expect(spec["rules"]).toEqual([
      {
        host: "feed.example",
        http: {
          paths: [
            { path: "/webhooks/identity", pathType: "Exact", backend: { service: { name: "demo-newfeed", port: { name: "webhooks" } } } },
            { path: "/", pathType: "Prefix", backend: { service: { name: "demo-newfeed", port: { name: "http" } } } },
          ],
        },
      },
    ]);
    expect(of("Ingress", "demo-newfeed-grpc").spec["tls"]).toEqual([{ hosts: ["grpc.feed.example"], secretName: "tls" }]);
  });

  test("gives nginx what its script reads, and names whose instances it looks up", () => {
    const script = read("nginx/compose/start.sh");
    const variables = containerOf("nginx").env.map(({ name }) => name);
    const used = [...script.matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)]
      .map(([, name]) => name as string)
      .filter((name) => script.includes(`\${${name}:-`) || name === "MEDIA_BASE_URL")
      // For a certificate of its own: here the ingress has it.
      .filter((name) => name !== "HTTPS_PORT");
    expect(variables.sort()).toEqual([...new Set(used)].sort());
    const prefix = containerOf("nginx").env.find(({ name }) => name === "SERVICE_PREFIX")?.value ?? "";
    for (const [, name = ""] of script.matchAll(/\$\(addresses ([\w-]+)\)/g)) expect(chart.of("Service", `${prefix}${name}`).spec.clusterIP).toBe("None");
  });

  test("refuses values that are missing, misspelt or of the wrong kind", () => {
    const refusal = (values: object) => {
      const made = renderChart(values);
      return "refused" in made ? made.refused : "accepted";
    };
    expect(refusal(needed)).toBe("accepted");
    for (const name of Object.keys(needed)) expect(refusal({ ...needed, [name]: "" })).toContain(name);
    expect(refusal({ ...needed, replica: 2 })).toMatch(/replica/);
    expect(refusal({ ...needed, parts: { "post-service": { replicas: 0 } } })).toMatch(/replicas/);
    expect(refusal({ ...needed, parts: { "posts-service": { replicas: 1 } } })).toMatch(/posts-service/);
    expect(refusal({ ...needed, configuration: { PASSWORD_MIN_LENGHT: 12 } })).toMatch(/PASSWORD_MIN_LENGHT/);
    // A secret has no place among the values.
    expect(refusal({ ...needed, configuration: { SMTP_URL: "smtp://user:password@mail" } })).toMatch(/SMTP_URL/);
    expect(refusal({ ...needed, image: { digest: "sha256:short" } })).toMatch(/digest/);
  });

  test("migrates every database before new instances start, by a command that works", { timeout: 120_000 }, async () => {
    const job = chart.of("Job", "demo-newfeed-migrate");
    expect(job.metadata.annotations).toMatchObject({ "helm.sh/hook": "pre-install,pre-upgrade" });
    const { containers, initContainers = [] } = job.spec.template.spec;
    const all = [...initContainers, ...containers];
    expect(all.map(({ name }) => name).sort()).toEqual([...storingServiceNames].sort());
    expect(containers).toHaveLength(1);
    const { command = [], env } = all.find(({ name }) => name === "media-service") as Container;
    const database = `chart_${Date.now()}`;
    await ensureDatabase(inject("databaseUrl"), database);
    const url = Object.assign(new URL(inject("databaseUrl")), { pathname: `/${database}` }).href;
    const run = () =>
      spawnSync(process.execPath, command.slice(1), {
        cwd: root,
        encoding: "utf8",
        env: Object.fromEntries(env.map(({ name, value }) => [name, value ?? url])),
      });
    const [first, second] = [run(), run()];
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/media-service +\d/);
    expect(second.stdout).toMatch(/media-service +up to date/);
  });

  test.skipIf(!hasKubeconform)("is what Kubernetes' own description of its API allows", { timeout: 600_000 }, () => {
    const full = rendered({ ingress: { enabled: true, tlsSecretName: "tls", grpcHost: "grpc.feed.example" }, autoscaling: { enabled: true } });
    const { status, output } = conforms(full.text);
    expect(output).toContain("Invalid: 0, Errors: 0, Skipped: 0");
    expect(status).toBe(0);
    expect(conforms(full.text.replace("readinessProbe", "readinesProbe")).output).toContain("readinesProbe");
  });
});
