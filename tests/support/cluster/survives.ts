import { setTimeout as sleep } from "node:timers/promises";
import { databaseOf, isPartName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import type { Health } from "@newfeed/shared/http/health.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect } from "vitest";
import type { Person } from "../feed.ts";
import { type Follower, followByEvents, followBySocket, writeAtRate } from "./crowd.ts";
import type { Fault } from "./faults.ts";
import type { TestCluster } from "./start.ts";

export interface FaultRun {
  cluster: TestCluster;
  author: Person;
  reader: Person[];
  fault: Fault;
  perSecond?: number;
  sockets?: number;
  streams?: number;
  /** How long the load continues after the fault. */
  afterMs?: number;
  settleWithinMs?: number;
}

const logger = createLogger({ level: "error", json: false });

/** Committed but unsent events of all services. */
async function unsent(cluster: TestCluster): Promise<number> {
  let count = 0;
  for (const name of storingServiceNames) {
    const url = Object.assign(new URL(cluster.servers.postgres.url), { pathname: `/newfeed_${databaseOf(name)}` }).href;
    const database = openDatabase(url, logger, 1);
    const [row] = await database.query<{ count: number }>("SELECT count(*)::int AS count FROM newfeed.outbox WHERE sent_at IS NULL");
    count += row?.count ?? 0;
    await database.close();
  }
  return count;
}

/** From the end of a fault until a write is accepted again. */
const recoversWithinMs = 10_000;

/** What an instance says of itself; undefined while it does not answer. */
async function healthOf({ port }: { port: number }): Promise<Health | undefined> {
  try {
    return (await (await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(5_000) })).json()) as Health;
  } catch {
    return undefined;
  }
}

const instancesOf = (cluster: TestCluster) => cluster.rows().filter(({ name }) => isPartName(name));

/** Instances that do not say that they are well. */
async function unhealthy(cluster: TestCluster): Promise<string[]> {
  const states = await Promise.all(instancesOf(cluster).map(async (row) => ({ row, health: await healthOf(row) })));
  return states.flatMap(({ row, health }) => (health?.status === "ok" ? [] : [`${row.instance}: ${JSON.stringify(health?.checks)}`]));
}

/** Asks the parts that a fault concerns. `stop` gives those of which every instance has said that the check fails. */
function watchHealth(cluster: TestCluster, { tells }: Fault): { stop(): Promise<string[]> } {
  if (!tells) return { stop: async () => [] };
  const rows = instancesOf(cluster).filter(({ name }) => tells.parts.some((part) => part === name));
  const told = new Set<string>();
  let stopped = false;
  const watching = rows.map(async (row) => {
    for (; !stopped; await sleep(300)) if (((await healthOf(row))?.checks[tells.check] ?? "ok") !== "ok") told.add(row.instance);
  });
  return {
    async stop() {
      stopped = true;
      await Promise.all(watching);
      return tells.parts.filter((part) => rows.every(({ name, instance }) => name !== part || told.has(instance))).toSorted();
    },
  };
}

/**
 * Writes and follows during a fault. Meanwhile health must tell of it. Seconds afterwards writes must succeed, and every accepted comment must have reached every follower exactly once and in
 * the same order, the log must have no gap, no event may be unsent, and no process may have exited unexpectedly.
 */
export async function survives({
  cluster,
  author,
  reader,
  fault,
  perSecond = 20,
  sockets = 60,
  streams = 60,
  afterMs = 3_000,
  settleWithinMs = 60_000,
}: FaultRun) {
  const { body: post } = await author.post("/api/v1/posts", { content: fault.name, postType: "TEXT" });
  const of = (index: number) => reader[index % reader.length] as Person;
  const followers: Follower[] = [
    ...Array.from({ length: sockets }, (_, index) => followBySocket(cluster.url, of(index), post.id, `socket ${index}`)),
    ...Array.from({ length: streams }, (_, index) => followByEvents(cluster.url, of(index), post.id, `stream ${index}`)),
  ];
  try {
    await eventually(() => expect(followers.filter((follower) => !follower.connected()).map(({ name }) => name)).toEqual([]), 30_000);
    const pids = new Map(cluster.rows().map((row) => [row.instance, row.pid]));
    const writer = writeAtRate(author, post.id, perSecond);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const health = watchHealth(cluster, fault);
    await fault.inflict(cluster);
    expect(await health.stop()).toEqual([...(fault.tells?.parts ?? [])].sort());
    const before = writer.accepted.length;
    await eventually(() => expect(writer.accepted.length).toBeGreaterThan(before), recoversWithinMs);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await writer.stop();

    const log = await eventually(async () => {
      const entries = await wholeLog(author, post.id);
      const ids = entries.map((entry) => entry.data.comment.id);
      expect(writer.accepted.filter((id) => !ids.includes(id))).toEqual([]);
      return { ids, offsets: entries.map((entry) => Number(entry.cursor.split(":")[1])) };
    }, settleWithinMs);
    expect(log.offsets).toEqual(log.offsets.map((_, index) => index + 1));
    await eventually(() => {
      // First how far each is behind, since the first difference of the lists would hide the others.
      const behind = followers.filter(({ comments }) => comments.length !== log.ids.length);
      expect(behind.map((follower) => `${follower.name}: ${follower.comments.length} of ${log.ids.length}, ${follower.state()}`)).toEqual([]);
      for (const { name, comments } of followers) expect(comments, name).toEqual(log.ids);
    }, settleWithinMs);
    const ended = cluster.rows().filter((row) => row.pid !== pids.get(row.instance));
    expect(ended.map(({ instance }) => instance).filter((instance) => !fault.ends(instance))).toEqual([]);
    await eventually(async () => expect(await unsent(cluster)).toBe(0), 20_000);
    await eventually(async () => expect(await unhealthy(cluster)).toEqual([]), 20_000);
    return writer;
  } finally {
    for (const follower of followers) follower.close();
  }
}

async function wholeLog(person: Person, postId: string) {
  const entries: { cursor: string; data: { comment: { id: string } } }[] = [];
  const { body: start } = await person.get(`/api/v1/streams/post:${postId}/entries`);
  let cursor = `${String(start.cursor).split(":")[0]}:0`;
  for (;;) {
    const { body } = await person.get(`/api/v1/streams/post:${postId}/entries?limit=500&after=${cursor}`);
    entries.push(...body.entries);
    if (!body.hasMore) return entries;
    cursor = body.cursor;
  }
}
