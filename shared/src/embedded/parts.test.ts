import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { ensureDatabase, openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { busSuite } from "../testing/bus-suite.ts";
import { limiterSuite } from "../testing/limiter-suite.ts";
import { signalsSuite } from "../testing/signals-suite.ts";
import { createEmbeddedBus } from "./bus.ts";
import { createEmbeddedLimiter } from "./limiter.ts";
import { createSignalHub } from "./signals.ts";

const logger = createLogger({ level: "error", json: false });

busSuite("the embedded bus", async () => {
  const name = `bus_${randomBytes(6).toString("hex")}`;
  const server = inject("databaseUrl");
  await ensureDatabase(server, name);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  return {
    async open(bindings) {
      const database = openDatabase(url, logger);
      return Object.assign(await createEmbeddedBus(database, bindings, logger), { close: () => database.close() });
    },
    close: async () => {},
  };
});

signalsSuite("signals within one process", async () => {
  const hub = createSignalHub();
  return { join: async () => hub.join(), close: async () => {} };
});

limiterSuite("limits within one process", async () => ({ open: async (factor) => createEmbeddedLimiter(factor), close: async () => {} }));
