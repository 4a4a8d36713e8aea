import { expect, test } from "vitest";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { busSuite } from "../testing/bus-suite.ts";
import { cacheSuite } from "../testing/cache-suite.ts";
import { limiterSuite } from "../testing/limiter-suite.ts";
import { newDatabase } from "../testing/own-database.ts";
import { signalsSuite } from "../testing/signals-suite.ts";
import { createEmbeddedBus } from "./bus.ts";
import { createEmbeddedCache } from "./cache.ts";
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

cacheSuite("a cache within one process", async () => ({ open: async (entries) => createEmbeddedCache({ entries, bytes: 1_000_000 }), close: async () => {} }));

test("a cache within one process keeps what was used last, within its bytes", async () => {
  const cache = createEmbeddedCache({ entries: 100, bytes: 10 });
  const keep = (key: string, value: string) => cache.write(key, value, { version: "0.0", ttlMs: 60_000 });
  await keep("one", "1234");
  await keep("two", "1234");
  await cache.read(["one"]);
  await keep("three", "1234");
  expect((await cache.stats()).keys).toEqual([
    { key: "one", bytes: 4 },
    { key: "three", bytes: 4 },
  ]);
  await keep("large", "12345678901");
  expect(await cache.stats()).toMatchObject({ entries: 0, bytes: 0 });
});
