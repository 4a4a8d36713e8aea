import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { databaseOf, type PartName, partNames, partTable, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { Environment, readConfig } from "@newfeed/shared/runtime/config.ts";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { metricsSources } from "../scripts/cluster/exporters.ts";
import { grpcServer, originsMap, renderNginx, renderUpstreams } from "../scripts/cluster/nginx.ts";
import { environmentOf, type InstancePlan } from "../scripts/cluster/topology.ts";
import { generatedFiles } from "../scripts/deployment/files.ts";
import { available } from "./support/available.ts";
import { freePort } from "./support/free-port.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
interface Container {
  image?: string;
  profiles?: string[];
  user?: string;
  environment?: Record<string, string>;
  command?: string[];
  ports?: string[];
  depends_on?: object;
  mem_limit?: string;
  shm_size?: string;
  restart?: string;
  tmpfs?: string[];
  volumes?: string[];
  networks?: string[];
  healthcheck?: Record<string, unknown>;
}
const compose = parse(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true }) as {
  services: Record<string, Container>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } } | null>;
  volumes: Record<string, null>;
};
const production = execFileSync(process.execPath, [join(root, "scripts/production-env.mjs")], { encoding: "utf8" });

/** Interpolates `${NAME}`, `${NAME:-default}` and `${NAME:?reason}` as compose does. */
const filledIn = (text: string) => {
  const env = parseEnv(production) as Record<string, string>;
  return text.replace(/\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g, (_, name: string, otherwise = "") => env[name] || otherwise);
};

const plans: InstancePlan[] = partNames.map((name) => ({ name, instance: `${name}-1`, port: partTable[name].port }));
const shared = {
  databaseUrls: new Map(storingServiceNames.map((name) => [name as PartName, `postgresql://host/${name}`])),
  rabbitmqUrl: "amqp://host",
  kafkaBrokers: null,
  redisUrl: "redis://host",
  internalTokenSecret: "secret",
  tokenPrivateKey: "key",
  deliverySecret: "secret",
  mediaBases: { local: "http://host/media", cloudinary: null },
  dataDirectory: "/data",
  passedOn: Object.fromEntries(Object.keys(Environment.shape).map((name) => [name, "set"])),
};
/** Instances are named by the supervisor, and share ports, only in `npm run cluster`. The others are for tests. */
const ofOneSideOnly = new Set(["INSTANCE", "REUSE_PORT", "NEWFEED_FAILPOINTS", "ALLOW_PRIVATE_ADDRESSES", "WEBHOOK_ALLOW_PRIVATE", "CHEAP_PASSWORD_HASHES"]);

describe("docker-compose.yml and npm run cluster", () => {
  test("run the same parts and servers; those who look at them have a profile of their own", () => {
    const observers = Object.entries(compose.services).filter(([, { profiles }]) => profiles?.includes("observability"));
    expect(observers.map(([name]) => name).sort()).toEqual([
      "alertmanager",
      "collector",
      "grafana",
      "nginx-exporter",
      "postgres-exporter",
      "prometheus",
      "redis-exporter",
    ]);
    const others = Object.keys(compose.services).filter((name) => !observers.some(([observer]) => observer === name));
    expect(others.sort()).toEqual([...partNames, "nginx", "postgres", "rabbitmq", "redis"].sort());
  });

  test.each(partNames)("give %s the same variables, and its own port", (name) => {
    const service = compose.services[name];
    const plan = plans.find((item) => item.name === name) as InstancePlan;
    const ours = Object.keys(environmentOf(plan, plans, shared)).filter((variable) => !ofOneSideOnly.has(variable));
    expect(Object.keys(service?.environment ?? {}).sort()).toEqual(ours.sort());
    expect(service?.environment?.PORT).toBe(String(partTable[name].port));
    expect(service?.command).toEqual([`--services=${name}`]);
  });

  test.each(partNames)("give %s an environment that it accepts", (name) => {
    const environment = Object.fromEntries(
      Object.entries(compose.services[name]?.environment ?? {}).map(([variable, value]) => [variable, filledIn(String(value))]),
    );
    const config = readConfig(environment, name);
    expect(config).toMatchObject({ part: name, port: partTable[name].port, host: "0.0.0.0" });
    for (const [service, url] of Object.entries(config.serviceUrls)) expect(url).toBe(`http://${service}:${partTable[service as PartName].port}`);
  });

  test("publish nothing but nginx, and on loopback webhooks, gRPC, RabbitMQ's management and Grafana", () => {
    const published = Object.entries(compose.services).flatMap(([name, { ports: list = [] }]) => list.map((port) => [name, port]));
    expect(published).toEqual([
      ["nginx", expect.stringMatching(/^0\.0\.0\.0:.*:8080$/)],
      ["nginx", expect.stringMatching(/^0\.0\.0\.0:.*:8443$/)],
      ["nginx", expect.stringMatching(/^0\.0\.0\.0:.*:8443\/udp$/)],
      ["nginx", expect.stringMatching(/^127\.0\.0\.1:.*:8081$/)],
      ["nginx", expect.stringMatching(/^127\.0\.0\.1:.*:50050$/)],
      ["rabbitmq", "127.0.0.1:15673:15672"],
      ["grafana", expect.stringMatching(/^127\.0\.0\.1:.*:3000$/)],
    ]);
  });

  test("have a container for the metrics of each server, which asks where that counts, with the password that it has there", () => {
    const kafka = parse(readFileSync(join(root, "docker-compose.kafka.yml"), "utf8"), { merge: true }) as typeof compose;
    const containers = { ...compose.services, ...kafka.services };
    for (const [server, { container, exporter }] of Object.entries(metricsSources)) {
      expect(containers, server).toHaveProperty(container);
      if (exporter) expect(containers[container], server).toMatchObject({ profiles: ["observability"], networks: ["inside"] });
    }
    expect(readFileSync(join(root, "scripts/compose/enabled_plugins"), "utf8")).toContain("rabbitmq_prometheus");
    const status = /\$\{STATUS_LISTEN\}\|(\d+)\|/.exec(readFileSync(join(root, "nginx/compose/start.sh"), "utf8"))?.[1];
    expect(compose.services["nginx-exporter"]?.command).toEqual([`--nginx.scrape-uri=http://nginx:${status}/stub_status`]);
    const given = (name: string, variable: string) => compose.services[name]?.environment?.[variable];
    for (const [server, variable, own] of [
      ["postgres", "POSTGRES_EXPORTER_PASSWORD", "DATA_SOURCE_PASS"],
      ["redis", "REDIS_EXPORTER_PASSWORD", "REDIS_PASSWORD"],
    ] as const) {
      expect(filledIn(given(server, variable) ?? "")).toMatch(/^\w{32,}$/);
      expect(given(`${server}-exporter`, own)).toBe(given(server, variable));
    }
  });

  test("limit every container's memory and logs, restart it, and give it time to start", () => {
    for (const [name, service] of Object.entries(compose.services))
      expect(service, name).toMatchObject({
        mem_limit: expect.any(String),
        restart: "unless-stopped",
        logging: { driver: "json-file", options: { "max-size": expect.stringMatching(/^\d+m$/), "max-file": expect.stringMatching(/^\d+$/) } },
        // Their images have nothing that could ask them.
        healthcheck: ["collector", "nginx-exporter"].includes(name)
          ? { disable: true }
          : { test: expect.any(Array), start_period: expect.stringMatching(/^\d+s$/) },
      });
  });

  test("run no container as root, nor with a capability, nor with a volume that has no name", () => {
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service, name).toMatchObject({ user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/), cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
      expect(service, name).not.toHaveProperty("cap_add");
      for (const volume of service.volumes ?? []) expect([...Object.keys(compose.volumes), "."], volume).toContain(volume.split(/[:/]/)[0]);
    }
    const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
    expect(dockerfile).not.toMatch(/^VOLUME/m);
    expect([...dockerfile.matchAll(/^USER (.*)$/gm)].map(([, user]) => user)).toEqual([compose.services.nginx?.user, compose.services["api-gateway"]?.user]);
    // The servers' images declare a volume each, which a mount of ours takes the place of.
    expect(compose.services.postgres?.volumes).toContain("postgres:/var/lib/postgresql");
    expect(compose.services.rabbitmq?.volumes).toContain("rabbitmq:/var/lib/rabbitmq");
    expect(compose.services.redis?.tmpfs).toContainEqual(expect.stringMatching(/^\/data:/));
  });

  /** Bytes of `16m`, `1g`. */
  const bytesOf = (size = "0") => Number(/^\d+/.exec(size)) * { m: 2 ** 20, g: 2 ** 30 }[size.at(-1) as "m" | "g"];

  test("keep what is written into memory far below each container's", () => {
    for (const [name, { tmpfs = [], shm_size = "64m", mem_limit }] of Object.entries(compose.services)) {
      const sizes = tmpfs.map((mount) => bytesOf(/:size=(\d+[mg])$/.exec(mount)?.[1]));
      for (const size of sizes) expect(size, name).toBeGreaterThan(0);
      const total = sizes.reduce((sum, size) => sum + size, 0) + (name === "postgres" ? bytesOf(shm_size) : 0);
      expect(total, name).toBeLessThanOrEqual(bytesOf(mem_limit) / 4);
    }
  });

  test("store nginx's bodies and its bounded cache of media in a volume, as it would be in the container's memory otherwise", () => {
    const { volumes = [], tmpfs = [], mem_limit } = compose.services.nginx ?? {};
    const script = readFileSync(join(root, "nginx/compose/start.sh"), "utf8");
    const run = /^run=(.*)$/m.exec(script)?.[1] ?? "";
    const template = readFileSync(join(root, "nginx/newfeed.conf"), "utf8").replaceAll("$" + "{RUN_DIR}", run);
    const stored = [...template.matchAll(/^\s*(\w+_temp_path|proxy_cache_path) (\S+)(.*);$/gm)];
    expect(stored.length).toBeGreaterThan(3);
    const mounted = volumes.map((volume) => volume.split(":")[1] ?? "");
    for (const [, directive, path = "", rest = ""] of stored) {
      expect(
        mounted.some((mount) => path.startsWith(`${mount}/`)),
        directive,
      ).toBe(true);
      expect(
        tmpfs.some((mount) => path.startsWith(`${mount.split(":")[0]}/`)),
        directive,
      ).toBe(false);
      if (directive === "proxy_cache_path") expect(rest).toMatch(/ max_size=\d+[mg]\b/);
    }
    for (const [, size] of template.matchAll(/keys_zone=\w+:(\d+m)/g)) expect(bytesOf(size)).toBeLessThanOrEqual(bytesOf(mem_limit) / 4);
    // The volume begins as the image's folder, which belongs to nginx's user.
    const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
    const written = volumes.filter((volume) => !volume.endsWith(":ro")).map((volume) => volume.split(":")[1]);
    for (const mount of written) expect(dockerfile).toContain(`chown ${compose.services.nginx?.user} ${mount}`);
  });

  test("let out those alone that publish a port, send mail, reach Cloudinary or a model, call webhooks, read what posts link to, or pass on alerts and traces, and trust the addresses of nginx's network", () => {
    expect(compose.networks.inside).toMatchObject({ internal: true });
    const outside = Object.entries(compose.services).filter(([, { networks }]) => networks?.includes("outside"));
    expect(outside.map(([name]) => name).sort()).toEqual([
      "ai-service",
      "alertmanager",
      "auth-service",
      "collector",
      "delivery-service",
      "grafana",
      "media-service",
      "nginx",
      "post-service",
      "rabbitmq",
    ]);
    for (const [name, { networks }] of Object.entries(compose.services)) expect(networks, name).toContain("inside");
    const { ipam } = compose.networks.inside ?? {};
    const subnet = ipam?.config[0]?.subnet ?? "";
    expect(filledIn(subnet)).toMatch(/^[\d.]+\/\d+$/);
    for (const name of ["api-gateway", "notification-service"]) expect(compose.services[name]?.environment?.["TRUSTED_PROXIES"]).toBe(subnet);
  });

  test("have no default for a secret but none", () => {
    const text = readFileSync(join(root, "docker-compose.yml"), "utf8");
    for (const [word] of text.matchAll(/\$\{\w*(PASSWORD|SECRET|KEY)(?!_MIN)[^}]*\}/g)) expect(word).toMatch(/:\?|:-\}$/);
    // What others give out is not made up, either.
    for (const name of ["GOOGLE_CLIENT_SECRET", "SVIX_SECRET"]) expect(production).toMatch(new RegExp(`^${name}=$`, "m"));
    expect(readFileSync(join(root, ".env.production.example"), "utf8")).not.toMatch(/^\w*(PASSWORD|SECRET|KEY)=./m);
  });
});

describe("the files that start containers", () => {
  test("pass dclint and dockerfilelint", () => {
    const lint = (program: string, ...args: string[]) =>
      spawnSync(process.execPath, [join(root, "node_modules", program), ...args], { cwd: root, encoding: "utf8" });
    const { status, stdout } = lint("dclint/bin/dclint.cjs", "-c", ".dclintrc.json", "docker-compose.yml");
    expect(status, stdout).toBe(0);
    expect(lint("dockerfilelint/bin/dockerfilelint", "Dockerfile").stdout).toContain("None found");
  });

  test("pass `docker-compose config`", async ({ skip }) => {
    if (!(await available("docker-compose"))) return skip("docker-compose is not installed");
    const directory = mkdtempSync(join(tmpdir(), "newfeed-compose-"));
    const read = (env: string) => {
      writeFileSync(join(directory, "env"), env);
      return spawnSync("docker-compose", ["--env-file", join(directory, "env"), "config", "--quiet"], {
        cwd: root,
        encoding: "utf8",
        env: { PATH: process.env.PATH ?? "" },
      });
    };
    const [filled, empty] = [read(production), read("")];
    rmSync(directory, { recursive: true });
    expect(filled.status, filled.stderr).toBe(0);
    expect(empty.status).not.toBe(0);
    expect(empty.stderr).toMatch(/set it in \.env/);
  });

  test("have Kafka in place of RabbitMQ with docker-compose.kafka.yml", async ({ skip }) => {
    if (!(await available("docker-compose"))) return skip("docker-compose is not installed");
    const directory = mkdtempSync(join(tmpdir(), "newfeed-compose-"));
    writeFileSync(join(directory, "env"), production);
    const files = ["docker-compose.yml", "docker-compose.kafka.yml"].flatMap((name) => ["-f", name]);
    const { status, stdout, stderr } = spawnSync("docker-compose", ["--env-file", join(directory, "env"), ...files, "config"], {
      cwd: root,
      encoding: "utf8",
      env: { PATH: process.env.PATH ?? "" },
    });
    rmSync(directory, { recursive: true });
    expect(status, stderr).toBe(0);
    const { services } = parse(stdout) as { services: Record<string, { environment?: Record<string, string>; depends_on?: object; profiles?: string[] }> };
    for (const name of storingServiceNames) {
      const { RABBITMQ_URL, KAFKA_BROKERS, KAFKA_PARTITIONS } = services[name]?.environment ?? {};
      expect([name, RABBITMQ_URL, KAFKA_BROKERS, String(KAFKA_PARTITIONS)]).toEqual([name, "", "kafka:9092", "4"]);
      expect(Object.keys(services[name]?.depends_on ?? {})).not.toContain("rabbitmq");
    }
    expect(services.kafka?.profiles ?? []).toEqual([]);
    // Not started.
    expect(services.rabbitmq?.profiles ?? ["rabbitmq"]).toEqual(["rabbitmq"]);
  });

  test("give nginx a configuration that it accepts", async ({ skip }) => {
    if (!(await available("nginx"))) return skip("nginx is not installed");
    const directory = mkdtempSync(join(tmpdir(), "newfeed-nginx-"));
    const upstreams = join(directory, "upstreams.conf");
    writeFileSync(upstreams, renderUpstreams([...plans, { name: "notification-service", instance: "notification-service-2", port: 4005 }]));
    writeFileSync(
      join(directory, "nginx.conf"),
      renderNginx({
        RUN_DIR: directory,
        UPSTREAMS: upstreams,
        LISTEN: `127.0.0.1:${await freePort()}`,
        STATUS_LISTEN: `127.0.0.1:${await freePort()}`,
        TLS: "",
        WEB_ROOT: join(root, "web/dist"),
        MEDIA_ORIGINS: "http://localhost:8080",
        CONNECT_SOURCES: "'self'",
        ALLOWED_ORIGINS: originsMap("https://app.example, https://other.example"),
        REAL_IP: "set_real_ip_from 10.0.0.0/8; real_ip_header X-Forwarded-For;",
      }),
    );
    const { status, stderr } = spawnSync("nginx", ["-t", "-p", directory, "-c", join(directory, "nginx.conf")], { encoding: "utf8" });
    rmSync(directory, { recursive: true });
    expect(status, stderr).toBe(0);
  });

  test("fill in every placeholder of nginx's template, with compose's values", () => {
    const words = (file: string, form: RegExp) => [...new Set([...readFileSync(join(root, file), "utf8").matchAll(form)].map(([, word]) => word))].sort();
    expect(words("nginx/compose/start.sh", /s\|\\\$\{(\w+)\}\|/g)).toEqual(words("nginx/newfeed.conf", /\$\{([A-Z_]+)\}/g));
    expect(compose.services.nginx?.environment?.MEDIA_BASE_URL).toBe(compose.services["media-service"]?.environment?.MEDIA_BASE_URL);
    expect(readFileSync(join(root, "Dockerfile"), "utf8")).toContain("COPY --from=build /app/web/dist /usr/share/newfeed/web");
  });

  test("do not start media-service with Cloudinary without the address that clients reach it at", () => {
    const environment = Object.fromEntries(
      Object.entries(compose.services["media-service"]?.environment ?? {}).map(([variable, value]) => [variable, filledIn(String(value))]),
    );
    const withCloudinary = { ...environment, CLOUDINARY_URL: "cloudinary://key:secret@demo" };
    expect(() => readConfig(withCloudinary, "media-service")).toThrow(/^CLOUDINARY_BASE_URL: /);
    expect(readConfig({ ...withCloudinary, CLOUDINARY_BASE_URL: "https://res.cloudinary.com/demo/" }, "media-service").mediaBases.cloudinary).toBe(
      "https://res.cloudinary.com/demo",
    );
    expect(readConfig({ CLOUDINARY_URL: withCloudinary.CLOUDINARY_URL }).mediaOrigins).toEqual(["http://localhost:8080", "https://res.cloudinary.com"]);
  });

  test("install every workspace", () => {
    const folders = readdirSync(root).filter((name) => existsSync(join(root, name, "package.json")));
    const copied = [...readFileSync(join(root, "Dockerfile"), "utf8").matchAll(/^COPY ([\w-]+)\/package\.json \1\/$/gm)].map(([, name]) => name);
    expect(copied.sort()).toEqual(folders.sort());
  });

  test.each([...generatedFiles()])("are as generate-deployment.mjs writes them: %s", (path, text) => {
    expect(readFileSync(join(root, path), "utf8")).toBe(text);
  });

  test("create a role and a database for each service, hyphens in its name included", () => {
    const directory = mkdtempSync(join(tmpdir(), "newfeed-databases-"));
    writeFileSync(join(directory, "psql"), '#!/bin/sh\necho "$@" >>"$PSQL_LOG"\n', { mode: 0o755 });
    const passwords = Object.entries(compose.services.postgres?.environment ?? {}).filter(([name]) => name.endsWith("_DATABASE_PASSWORD"));
    const environment = { ...Object.fromEntries(passwords.map(([name]) => [name, `of ${name}`])), EVENT_STORE_DATABASE_PASSWORD: "a b" };
    const { status, stderr } = spawnSync("sh", [join(root, "scripts/compose/create-databases.sh")], {
      encoding: "utf8",
      env: { PATH: `${directory}:${process.env.PATH}`, PSQL_LOG: join(directory, "log"), POSTGRES_USER: "postgres", POSTGRES_PASSWORD: "x", ...environment },
    });
    expect(status, stderr).toBe(0);
    const made = [...readFileSync(join(directory, "log"), "utf8").matchAll(/-v name=(\S+) -v password=(.*) --username postgres/g)].map(([, name]) => name);
    rmSync(directory, { recursive: true });
    expect(made.sort()).toEqual([...storingServiceNames.map((name) => `newfeed_${databaseOf(name)}`), "newfeed_event_store"].sort());
  });

  test("render the same upstreams in the container's script as here", () => {
    const directory = mkdtempSync(join(tmpdir(), "newfeed-upstreams-"));
    const script = readFileSync(join(root, "nginx/compose/start.sh"), "utf8");
    const untilRendered = script.slice(0, script.indexOf("\nreal_ip=")).replace("run=/var/lib/newfeed", `run=${directory}`);
    const { status, stderr } = spawnSync("sh", ["-c", `getent() { echo 10.0.0.1; }\n${untilRendered}\nrender`], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const rendered = readFileSync(join(directory, "upstreams.new"), "utf8");
    rmSync(directory, { recursive: true });
    for (const line of renderUpstreams(plans)
      .split("\n")
      .filter((text) => /^(upstream [gn]\w+s \{|\s+least_conn|\s+keepalive|map )/.test(text)))
      expect(rendered).toContain(line.trim());
    expect(rendered).toContain(grpcServer("50050").join("\n"));
    expect(rendered).toContain("upstream grpc_gateways {\n  server 10.0.0.1:50050 max_fails=1 fail_timeout=1s;\n  least_conn;\n  keepalive 64;\n}\n");
  });
});
