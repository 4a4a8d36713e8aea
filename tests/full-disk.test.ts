import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect, test } from "vitest";
import { startFeed } from "../app/feed.ts";
import { callersOf } from "./support/feed.ts";
import { mountSmallDisk } from "./support/small-disk.ts";

test("on a full disk, health says so, reads go on, nothing accepted is lost, and seconds after it has space writes succeed", async ({ skip }) => {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-full-"));
  const disk = mountSmallDisk(directory, 600);
  try {
    if (!disk) return skip("no file system can be mounted here");
    const feed = await startFeed(
      readConfig({
        NODE_ENV: "test",
        PORT: "0",
        NOTIFICATION_PORT: "0",
        GRPC_PORT: "0",
        NEWFEED_DATA_DIR: directory,
        RATE_LIMIT_FACTOR: "1000",
        LOG_LEVEL: "error",
      }),
    );
    try {
      const { call, person } = callersOf(feed.url);
      const alice = await person("alice");
      const healthOf = async (name: string) => (await call("GET", `/api/${name}/health`)).body;
      const write = (content: string) => alice.post("/api/v1/posts", { content, postType: "TEXT" });
      expect((await write("before")).status).toBe(201);
      expect(await healthOf("post")).toMatchObject({ status: "ok" });

      // What is written from here on fits into one segment of the log: without space for another one the server ends.
      const database = await feed.platform.openDatabase("post-service");
      await database.query("SELECT pg_switch_wal()::text");
      expect((await write("the first of a segment")).status).toBe(201);
      // Tests commit before the log is written: the segment is not there yet.
      const [written] = await database.query<{ lsn: string }>("SELECT pg_current_wal_insert_lsn()::text AS lsn");
      await eventually(async () =>
        expect(await database.query("SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS done", [written?.lsn])).toEqual([{ done: true }]),
      );
      disk.fill();
      await eventually(async () => expect(await healthOf("post")).toMatchObject({ status: "degraded", checks: { database: "degraded" } }), 10_000);
      await eventually(async () => expect(await healthOf("media")).toMatchObject({ status: "degraded", checks: { media: "down" } }), 10_000);
      await eventually(
        async () => expect((await call("GET", "/health/services")).body).toMatchObject({ status: "degraded", checks: { "post-service": "degraded" } }),
        10_000,
      );
      // Pages that exist take rows for a while.
      const accepted: string[] = [];
      await eventually(async () => {
        const { status, body } = await write("x".repeat(4_000));
        if (status === 201) accepted.push(body.id);
        expect(status).toBe(503);
      }, 20_000);
      expect((await call("GET", "/api/v1/posts")).status).toBe(200);

      disk.free();
      const freed = performance.now();
      await eventually(async () => expect((await write("after")).status).toBe(201), 10_000);
      process.stderr.write(`a write succeeded ${Math.round(performance.now() - freed)} ms after the disk had space\n`);
      await eventually(async () => expect((await call("GET", "/health/services")).body).toMatchObject({ status: "ok" }), 10_000);
      for (const id of accepted) expect((await call("GET", `/api/v1/posts/${id}`)).status).toBe(200);
    } finally {
      disk.free();
      await feed.close();
    }
  } finally {
    disk?.unmount();
    rmSync(directory, { recursive: true, force: true });
  }
}, 90_000);
