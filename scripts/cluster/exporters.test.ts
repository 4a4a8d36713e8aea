import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { planExporters } from "./exporters.ts";

test("servers are looked at with the exporters that are there, under either name; those without are named, and RabbitMQ needs none", () => {
  const folder = mkdtempSync(join(tmpdir(), "newfeed-exporters-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ["prometheus-redis-exporter", "postgres_exporter"]) writeFileSync(join(folder, name), "", { mode: 0o755 });
  vi.stubEnv("PATH", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const lines: string[] = [];
  const urls = {
    postgres: "postgresql://newfeed_exporter:secret@127.0.0.1:5432/postgres",
    rabbitmq: "http://127.0.0.1:15692",
    kafka: "kafka://127.0.0.1:9092",
    redis: "redis://:a%20secret@127.0.0.1:6379",
    nginx: undefined,
  };
  const { exporters, targets } = planExporters(urls, [9001, 9002], (line) => lines.push(line));
  expect(lines).toEqual(["No metrics of Kafka: their exporters are not on the PATH"]);
  expect(exporters.map(({ name, port }) => [name, port])).toEqual([
    ["postgres-exporter", 9002],
    ["redis-exporter", 9001],
  ]);
  expect(targets).toEqual([
    { server: "postgres", port: 9002 },
    { server: "rabbitmq", port: 15692 },
    { server: "redis", port: 9001 },
  ]);
  // Others on this machine may read a command, and not an environment.
  for (const { command } of exporters) expect(command.join(" ")).not.toContain("secret");
  expect(exporters.map(({ environment }) => environment)).toMatchObject([
    { DATA_SOURCE_NAME: `${urls.postgres}?sslmode=disable` },
    { REDIS_ADDR: "redis://127.0.0.1:6379", REDIS_PASSWORD: "a secret" },
  ]);
});
