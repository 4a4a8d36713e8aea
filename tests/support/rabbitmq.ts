import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type Infra, type Server, startInfra } from "../../scripts/infra.ts";

/** A RabbitMQ of its own for the tests of a `describe`, and its files. */
export function ownRabbitmq(): { readonly server: Server; readonly directory: string } {
  let infra: Infra<"rabbitmq"> | undefined;
  let directory = "";
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "newfeed-rabbitmq-"));
    infra = await startInfra({ directory, need: ["rabbitmq"] });
  }, 120_000);
  afterAll(async () => {
    await infra?.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    get server() {
      if (!infra) throw new Error("RabbitMQ is not started yet");
      return infra.servers.rabbitmq;
    },
    get directory() {
      return directory;
    },
  };
}
