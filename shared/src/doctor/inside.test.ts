import { expect, test } from "vitest";
import { disk, fileDescriptors, insideFindings, outbox, queues, replication } from "./inside.ts";

const waits = (part: string, oldestSeconds: number) => ({ part, oldestSeconds, unsent: 3 });

test("events that wait for ten seconds are a warning, for a minute a failure, and neither a failure of what does not run", () => {
  expect(outbox([waits("post-service", 10)]).level).toBe("ok");
  expect(outbox([waits("user-service", 0), waits("post-service", 11)])).toMatchObject({
    level: "warning",
    what: "events wait: post-service for 11 s (3 events)",
  });
  expect(outbox([waits("post-service", 11), waits("user-service", 61)]).level).toBe("failed");
  expect(outbox([waits("user-service", 61)], false).level).toBe("warning");
});

test("what has not arrived is a failure that names who misses what since when", () => {
  const notArrived = [{ producer: "post-service", types: ["post.created", "post.deleted"], events: 2, since: "2026-01-02T03:04:05.000Z" }];
  const consumers = [
    { part: "query-service", notArrived, silent: [] },
    { part: "user-service", notArrived: [], silent: [] },
  ];
  expect(queues(consumers)).toMatchObject({
    level: "failed",
    what: "query-service has not had 2 of post-service (post.created, post.deleted), since 03:04 UTC",
  });
  expect(queues(consumers, false).level).toBe("warning");
  expect(queues(consumers.slice(1)).level).toBe("ok");
  const silent = { part: "post-service", notArrived: [], silent: ["user-service"] };
  expect(queues([silent])).toMatchObject({ level: "warning", what: "what was sent is not known: post-service could not ask user-service" });
  expect(queues([...consumers, silent]).level).toBe("failed");
});

test("of a replica that several services see the most that one saw counts, and what a role may not see is not well", () => {
  const megabytes = (count: number) => count * 2 ** 20;
  const seen = (...behind: (number | null)[]) => replication(behind.map((behindBytes) => ({ name: "standby", behindBytes })));
  expect(seen()).toMatchObject({ level: "skipped", what: "the server has no replicas" });
  expect(seen(null)).toMatchObject({ level: "skipped", what: expect.stringContaining("may not see") });
  expect(seen(null, megabytes(64))).toMatchObject({ level: "ok", what: "standby: not behind" });
  expect(seen(megabytes(65), 0)).toMatchObject({ level: "warning", what: "standby is 0.1 GB behind" });
  expect(seen(0, megabytes(1_025)).level).toBe("failed");
});

test("of several disks the fullest one is told", () => {
  const of = (folder: string, freeBytes: number) => ({ folder, freeBytes: freeBytes * 2 ** 30, totalBytes: 100 * 2 ** 30 });
  expect(disk([]).level).toBe("skipped");
  expect(disk([of("a", 16)]).level).toBe("ok");
  expect(disk([of("a", 50), of("b", 15), of("c", 20)])).toMatchObject({ level: "warning", what: "15.0 GB (15 %) are free at b" });
  expect(disk([of("a", 5)]).level).toBe("failed");
});

test("of several processes the one that may have the fewest files is told", () => {
  const of = (process: string, openFiles: string | null) => ({ process, openFiles });
  expect(fileDescriptors([of("a", null)]).level).toBe("skipped");
  expect(fileDescriptors([of("a", "unlimited"), of("b", null)])).toMatchObject({ level: "ok", what: "a may have unlimited" });
  expect(fileDescriptors([of("a", "unlimited"), of("b", "1024"), of("c", "8192")])).toMatchObject({ level: "warning", what: "b may have 1024" });
});

test("a part without a database is asked about its machine alone", () => {
  const machine = { disk: { folder: "data", freeBytes: 9, totalBytes: 10 }, openFiles: "65536" };
  const found = insideFindings([{ part: "ai-service", instance: "ai-service-1", data: null, machine }]);
  expect(found.map(({ name, level, what }) => `${level} ${name}: ${what}`)).toEqual([
    "ok outbox: no event waits to be sent",
    "ok dead letters: there are none",
    "ok queues: what was sent has arrived",
    "skipped replication: the server has no replicas",
    "ok disk: 0.0 GB (90 %) are free at data (ai-service-1)",
    "ok file descriptors: a process (ai-service-1) may have 65536",
  ]);
});
