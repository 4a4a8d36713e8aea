import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { busSuite } from "../testing/bus-suite.ts";
import { limiterSuite } from "../testing/limiter-suite.ts";
import { newDatabase } from "../testing/own-database.ts";
import { signalsSuite } from "../testing/signals-suite.ts";
import { createEmbeddedBus } from "./bus.ts";
import { createEmbeddedLimiter } from "./limiter.ts";
import { createSignalHub } from "./signals.ts";

const logger = createLogger({ level: "error", json: false });

busSuite("the embedded bus", async () => {
  const url = await newDatabase("bus");
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
