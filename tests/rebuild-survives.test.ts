import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRebuildRequests } from "@newfeed/query-service/rebuild/store.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect, test } from "vitest";
import { callersOf } from "./support/feed.ts";
import { onTheServer, runOperate } from "./support/operate.ts";
import { startProcess } from "./support/process.ts";

const kills = process.env["REBUILD"] === "full" ? 15 : 1;
const posts = 2_000;

test(`a rebuild whose process is killed goes on where it was with the next one${kills > 1 ? `, ${kills} times` : " (REBUILD=full: 15 times)"}`, async () => {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-rebuild-"));
  const { DATABASE_URL, DATABASE_PREFIX } = onTheServer();
  const logger = createLogger({ level: "error", json: false });
  const open = (name: string) => openDatabase(new URL(`${DATABASE_PREFIX}${name}`, DATABASE_URL).href, logger, 2);
  let feed = await startProcess(directory, { DATABASE_URL, DATABASE_PREFIX });
  const john = await callersOf(feed.url).person("john");
  const [owned, indexed] = [open("post"), open("query")];
  try {
    await owned.query(
      `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
       SELECT uuidv7(), $1::uuid, 'Okapi number ' || n, 'TEXT', 'public', 'published', '[]', '{}', now(), now(), now() FROM generate_series(1, $2::int) n`,
      [john.id, posts],
    );
    const { request, failures, state } = createRebuildRequests(indexed.query);
    let resumed = 0;
    // One that is faster than the kill proves nothing.
    for (let kill = 1; kill <= kills || resumed === 0; kill++) {
      const earlier = (await state())?.startedAt.getTime() ?? 0;
      await request();
      const rows = (posts / 8) * (kill % 7);
      const before = await eventually(async () => {
        const now = await state();
        if (!now || now.startedAt.getTime() === earlier || (now.finishedAt === null && now.rows < rows)) throw new Error("not there yet");
        return now;
      }, 30_000);
      await feed.signal("SIGKILL");
      feed = await startProcess(directory, { DATABASE_URL, DATABASE_PREFIX });
      await eventually(async () => expect(await failures()).toBe(undefined), 60_000);
      const after = await state();
      expect(after).toMatchObject({ finishedAt: expect.any(Date), rows: posts });
      // Before its first page, it begins anew.
      if (before.rows > 0) expect(after?.startedAt).toEqual(before.startedAt);
      if (before.rows > 0 && before.finishedAt === null) resumed++;
      expect(await indexed.query("SELECT count(*) AS rows FROM indexed_post WHERE NOT deleted AND vector @@ 'okapi'")).toEqual([{ rows: posts }]);
    }
    // Nothing is left of them.
    expect(await indexed.query("SELECT FROM pg_namespace WHERE nspname IN ('rebuild', 'replaced')")).toEqual([]);
    expect(await runOperate(directory, "rebuild", ["post"], { DATABASE_URL, DATABASE_PREFIX })).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/^post-service has nothing that could be rebuilt; query-service has\n\nusage: npm run rebuild/),
    });
  } finally {
    await feed.signal("SIGTERM");
    await Promise.all([owned.close(), indexed.close()]);
    rmSync(directory, { recursive: true, force: true });
  }
}, 400_000);
