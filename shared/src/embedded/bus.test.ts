import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Bindings, Bus } from "../ports/bus.ts";
import type { Database } from "../ports/database.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { newDatabase } from "../testing/own-database.ts";
import { createEmbeddedBus } from "./bus.ts";

const logger = createLogger({ level: "error", json: false });
const bindings: Bindings = new Map([["apples.events", ["apple.fell"]]]);

let database: Database;
let bus: Bus;
const open = async () => {
  database = openDatabase(url, logger);
  bus = await createEmbeddedBus(database, bindings, logger);
};
let url: string;
beforeEach(async () => {
  url = await newDatabase("bus");
  await open();
});
afterEach(() => bus.close());

describe("the embedded bus", () => {
  test("keeps dead letters for thirty days: they hold personal data", async () => {
    for (const [id, days] of [
      ["old", 31],
      ["young", 29],
    ])
      await database.query(
        "INSERT INTO dead_message (queue, message_id, type, body, reason, at) VALUES ('apples.events', $1, 'apple.fell', '{}', 'bad', now() - make_interval(days => $2))",
        [id, days],
      );
    await bus.close();
    await open();
    expect((await bus.deadLetters.list("apples.events", 10)).map((letter) => letter.id)).toEqual(["young"]);
  });
});
