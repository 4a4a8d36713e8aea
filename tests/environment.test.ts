import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { type PartName, partNames, partTable, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { Environment, readConfig } from "@newfeed/shared/runtime/config.ts";
import { secretNames, type VariableName, variablesOf } from "@newfeed/shared/runtime/environment.ts";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { realIp } from "../scripts/cluster/nginx.ts";
import { environmentOf } from "../scripts/cluster/topology.ts";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const example = read(".env.example");
const stated = parseEnv(example) as Record<string, string>;
const names = Object.keys(Environment.shape) as VariableName[];
const defaults = Environment.parse({});

describe(".env.example", () => {
  test("names every variable that NewFeed reads, and no other", () => {
    expect(Object.keys(stated).sort()).toEqual([...names].sort());
  });

  test.each(names)("states the default of %s", (name) => {
    expect(stated[name]).toBe(String(defaults[name] ?? ""));
  });

  test("describes every variable", () => {
    const undescribed = example.split("\n").filter((line, index, lines) => /^\w+=/.test(line) && !/^# \w/.test(lines[index - 1] ?? ""));
    expect(undescribed).toEqual([]);
  });

  test("sets only defaults", () => {
    expect(readConfig(stated)).toEqual(readConfig({}));
  });
});

const compose = parse(read("docker-compose.yml"), { merge: true }) as { services: Record<string, { environment?: Record<string, string> }> };
const inCompose = (part: PartName) => compose.services[part]?.environment ?? {};

/** What `npm run cluster` gives to a part when its operator has set every variable. */
const plans = partNames.map((name) => ({ name, instance: `${name}-1`, port: partTable[name].port, grpcPort: partTable[name].grpcPort ?? undefined }));
const inCluster = (part: PartName) =>
  environmentOf(plans.find(({ name }) => name === part) as (typeof plans)[number], plans, {
    databaseUrls: new Map(storingServiceNames.map((name) => [name, `postgresql://host/${name}`])),
    rabbitmqUrl: "amqp://host",
    kafkaBrokers: null,
    redisUrl: "redis://host",
    internalTokenSecret: "made",
    tokenPrivateKey: "made",
    deliverySecret: "made",
    mediaBases: { local: "http://host/media", cloudinary: null },
    dataDirectory: "/data",
    passedOn: Object.fromEntries(names.map((name) => [name, `the operator's ${name}`])),
  });

const forTests = ["NEWFEED_FAILPOINTS", "ALLOW_PRIVATE_ADDRESSES", "WEBHOOK_ALLOW_PRIVATE", "CHEAP_PASSWORD_HASHES"];
/** Not in containers: an instance is named after its address there and has ports of its own. */
const ofProcessesOnly = new Set<string>(["INSTANCE", "REUSE_PORT", "SERVICE_GRPC_URLS", ...forTests]);
/** In containers and in npm run cluster the bus is RabbitMQ. */
const ofOtherBuses = new Set<string>(["KAFKA_BROKERS", "KAFKA_PARTITIONS"]);
/** A variable of Node itself. */
const ofNode = "NODE_OPTIONS";
const without = (environment: object, ...left: string[]) => Object.keys(environment).filter((name) => !left.includes(name));

/** Addresses within a cluster, and secrets of its servers, are the cluster's own. nginx, which faces clients, gets HOST, PORT, GRPC_PORT and TRUSTED_PROXIES. */
const decidedByClusters = new Set<string>([
  ...["HOST", "PORT", "GRPC_PORT", "SERVICE_GRPC_URLS", "INSTANCE", "REUSE_PORT", "TRUSTED_PROXIES", "NEWFEED_DATA_DIR"],
  ...["DATABASE_URL", "RABBITMQ_URL", "REDIS_URL", "INTERNAL_TOKEN_SECRET", "TOKEN_PRIVATE_KEY", "DELIVERY_SECRET"],
  ...names.filter((name) => name.endsWith("_SERVICE_URL")),
]);
/** Containers are always in production; the URLs of their servers are made of passwords. */
const decidedByCompose = new Set<string>([
  ...["REDIS_URL", "RABBITMQ_URL", "DATABASE_URL"],
  // One for each service.
  "DATABASE_REPLICA_URL",
  "NODE_ENV",
  "HOST",
  "PORT",
  // nginx hands calls and deliveries on.
  "GRPC_PORT",
  "WEBHOOK_PORT",
  "TRUSTED_PROXIES",
  "NEWFEED_DATA_DIR",
  ...names.filter((name) => name.endsWith("_SERVICE_URL")),
]);

describe.each(partNames)("%s", (part) => {
  test("gets exactly the variables that it reads, in containers and in npm run cluster", () => {
    const read = variablesOf(part).filter((name) => !ofOtherBuses.has(name));
    expect(without(inCluster(part), ofNode).sort()).toEqual(read.toSorted());
    expect(without(inCompose(part), ofNode).sort()).toEqual(read.filter((name) => !ofProcessesOnly.has(name)).sort());
  });

  test("gets what the operator has set", () => {
    for (const name of variablesOf(part)) {
      if (ofOtherBuses.has(name)) continue;
      if (!decidedByClusters.has(name)) expect(inCluster(part)[name]).toBe(`the operator's ${name}`);
      if (!decidedByCompose.has(name) && !ofProcessesOnly.has(name)) expect(inCompose(part)[name]).toMatch(new RegExp(`^\\$\\{${name}:[-?]`));
    }
  });
});

test("a secret reaches only the parts that read it", () => {
  const readers = (name: VariableName, form: (part: PartName) => object) => partNames.filter((part) => name in form(part));
  for (const form of [inCluster, inCompose]) {
    expect(readers("TOKEN_PRIVATE_KEY", form)).toEqual(["auth-service"]);
    expect(readers("CLOUDINARY_URL", form)).toEqual(["media-service"]);
    expect(readers("DATABASE_URL", form)).toEqual(storingServiceNames);
  }
  for (const name of secretNames) expect(name).toMatch(/_(SECRET|KEY|TOKEN|URL|HEADERS)$/);
});

test("every variable that the documents name is read by a part", () => {
  const documented = [...`${read("README.md")}${read("docs/operations.md")}`.matchAll(/(?<![\w$])([A-Z][A-Z_]{3,})(?==|`)/g)].map(([, name]) => name as string);
  const named = [...new Set(documented)].filter((name) => names.includes(name as VariableName));
  expect(named.length).toBeGreaterThan(10);
  for (const name of named)
    expect(
      partNames.some((part) => (variablesOf(part) as readonly string[]).includes(name)),
      name,
    ).toBe(true);
});

test.each(forTests)("%s is refused but under the test runner", (name) => {
  expect(() => readConfig({ [name]: "true" })).toThrow(`${name}: only under the test runner (NODE_ENV=test)`);
  expect(() => readConfig({ NODE_ENV: "production", [name]: "true" })).toThrow(`${name}: only under the test runner`);
  readConfig({ NODE_ENV: "test", [name]: "true" });
});

test("a mail server needs a sender, in a form that adds no header", () => {
  const smtp = { SMTP_URL: "smtp://mail.example.com" };
  expect(() => readConfig(smtp)).toThrow(/^MAIL_FROM: is needed with SMTP_URL$/);
  expect(readConfig({ ...smtp, MAIL_FROM: "Our Feed <no-reply@example.com>" }).mailFrom).toBe("Our Feed <no-reply@example.com>");
  for (const MAIL_FROM of ["nobody", "a@b.example, c@d.example", "Feed <a@b.example>\r\nBcc: c@d.example", "<a@b.example>x"])
    expect(() => readConfig({ MAIL_FROM })).toThrow(/^MAIL_FROM: must be an address/);
});

test("an issuer elsewhere needs all of its variables; webhooks need it, and a secret that signs", () => {
  const identity = { IDENTITY_ISSUER: "https://issuer.example/", IDENTITY_JWKS_URL: "https://issuer.example/keys", IDENTITY_AUDIENCE: "feed" };
  expect(readConfig(identity).identityIssuer).toEqual({ issuer: "https://issuer.example/", jwksUrl: "https://issuer.example/keys", audience: "feed" });
  expect([readConfig({}).identityIssuer, readConfig(identity).webhooks]).toEqual([null, null]);
  for (const left of Object.keys(identity))
    expect(() => readConfig({ ...identity, [left]: "" })).toThrow(new RegExp(`^${left}: is needed with IDENTITY_\\w+$`));
  // An attacker in between could hand in keys of their own.
  expect(() => readConfig({ ...identity, IDENTITY_JWKS_URL: "http://issuer.example/keys" })).toThrow(/^IDENTITY_JWKS_URL: must be an https URL$/);

  const [one, other] = [randomBytes(24), randomBytes(33)].map((bytes) => bytes.toString("base64"));
  expect(readConfig({ ...identity, SVIX_SECRET: `whsec_${one} ${other}` }).webhooks).toEqual({ port: 8081, secrets: [`whsec_${one}`, other] });
  expect(() => readConfig({ SVIX_SECRET: `whsec_${one}` })).toThrow(/^IDENTITY_ISSUER: is needed with SVIX_SECRET$/);
  for (const SVIX_SECRET of ["whsec_", "whsec_short", `whsec_${one} x`, "a phrase that is long enough for it", " "])
    expect(() => readConfig({ ...identity, SVIX_SECRET })).toThrow(/^SVIX_SECRET: must be a signing secret/);
});

test(".env.production.example names every variable that compose reads, and no other", () => {
  const used = [...read("docker-compose.yml").matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
  expect(Object.keys(parseEnv(read(".env.production.example"))).sort()).toEqual([...new Set(used)].sort());
});

test("nginx trusts the configured proxies only", () => {
  expect(realIp("")).toBe("");
  expect(realIp("10.0.0.5, 10.1.0.0/16")).toBe(
    "set_real_ip_from 10.0.0.5; set_real_ip_from 10.1.0.0/16; real_ip_header X-Forwarded-For; real_ip_recursive on;",
  );
});
