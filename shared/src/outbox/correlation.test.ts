import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asMediaId } from "../contracts/ids.ts";
import { currentContext } from "../ports/context.ts";
import type { RawDatabase } from "../ports/database.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { newDatabase } from "../testing/own-database.ts";
import { createEventHandler } from "./consumer.ts";
import { defineHandlers, together } from "./handlers.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
let database: RawDatabase;
beforeAll(async () => {
  database = openDatabase(await newDatabase("correlation"), logger);
  await migrate(database, plumbingMigrations, "newfeed");
});
afterAll(() => database.close());

const userDeleted = (correlationId: string) => {
  const userId = uuidv7();
  const event = { id: uuidv7(), aggregate: { type: "user", id: userId, revision: 2 }, actorId: userId, occurredAt: new Date().toISOString(), correlationId };
  return { id: event.id, type: "user.deleted", key: userId, body: JSON.stringify({ ...event, type: "user.deleted", data: { userId } }) };
};

const nothing = () => {};

test("each event of a batch is handled, and causes others, under its own correlation id; the batch has one of none of them", async () => {
  const batches: (string | undefined)[] = [];
  const handled: (string | undefined)[] = [];
  const byType = defineHandlers("media-service", {
    "content.flagged": nothing,
    "content.approved": nothing,
    "content.rejected": nothing,
    "post.created": nothing,
    "post.updated": nothing,
    "post.published": nothing,
    "post.deleted": together(nothing),
    "user.updated": nothing,
    "user.suspended": nothing,
    "user.unsuspended": nothing,
    async "user.deleted"({ data: { userId } }, { enqueue }) {
      handled.push(currentContext()?.correlationId);
      await enqueue({ type: "media.deleted", aggregate: { id: userId, revision: 1 }, actorId: null, data: { mediaId: asMediaId(userId), ownerId: userId } });
    },
  });
  const { handle } = createEventHandler({
    database,
    handleEvents(arrived, transaction) {
      batches.push(currentContext()?.correlationId);
      return byType(arrived, transaction);
    },
    logger,
    metrics: { committed() {}, failed() {}, deadLettered() {} },
    failpoint: async () => {},
    wake() {},
    signal: new AbortController().signal,
  });
  await handle([userDeleted("first"), userDeleted("second")]);
  await handle([userDeleted("third")]);

  expect(handled).toEqual(["first", "second", "third"]);
  const rows = await database.query<{ body: string }>("SELECT body FROM newfeed.outbox ORDER BY id");
  expect(rows.map(({ body }) => JSON.parse(body).correlationId)).toEqual(["first", "second", "third"]);
  expect(batches).toEqual([expect.stringMatching(/^batch:/), "third"]);
});
