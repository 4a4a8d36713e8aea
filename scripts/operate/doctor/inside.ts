import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { producersFor } from "@newfeed/shared/contracts/events.ts";
import { storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { readBacklog } from "@newfeed/shared/outbox/backlog.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import type { Installation } from "../installation.ts";
import { type Check, type Finding, failed, ok, skipped, warning } from "./finding.ts";

const outboxSeconds = { warning: 10, failed: 60 };
/** Of what is free. */
const diskShare = { warning: 0.15, failed: 0.05 };
const descriptors = 8_192;
const lagBytes = { warning: 64 * 2 ** 20, failed: 2 ** 30 };

const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;

async function backlog(installation: Installation): Promise<Finding[]> {
  const [late, dead]: [string[], string[]] = [[], []];
  let oldest = 0;
  for (const service of storingServiceNames) {
    const { query } = await installation.openDatabase(service);
    const values = Object.fromEntries((await readBacklog(query, service)).map(({ gauge, value }) => [gauge, value]));
    const seconds = values["newfeed_outbox_oldest_seconds"] ?? 0;
    oldest = Math.max(oldest, seconds);
    if (seconds > outboxSeconds.warning) late.push(`${service} for ${Math.round(seconds)} s (${values["newfeed_outbox_unsent"]} events)`);
    if (values["newfeed_dead_letters"]) dead.push(`${service} ${values["newfeed_dead_letters"]}`);
  }
  const advice =
    installation.running === false
      ? "They are sent once it runs."
      : "The bus does not take them, or the service does not run: its health says which (`/health/ready`).";
  const outbox =
    late.length === 0
      ? ok("outbox", "no event waits to be sent")
      : (oldest > outboxSeconds.failed && installation.running !== false ? failed : warning)("outbox", `events wait: ${late.join(", ")}`, advice);
  const letters =
    dead.length === 0
      ? ok("dead letters", "there are none")
      : warning(
          "dead letters",
          dead.join(", "),
          "Services failed to handle these events: `npm run dead-letters -- list` says why; replay them after the fix, or drop them.",
        );
  return [outbox, letters];
}

/** What was sent before has arrived, if its queue is bound and read. */
const arrivesWithinSeconds = 30;
const lookedAt = 200;

/** Whether what each service sent has arrived at those who consume it, whatever the bus: a queue, or a binding of it, may be gone. */
async function queues(installation: Installation): Promise<Finding> {
  const name = "queues";
  const missing: string[] = [];
  let sentCount = 0;
  for (const consumer of storingServiceNames) {
    const [{ query }, producers] = [await installation.openDatabase(consumer), producersFor(consumer)];
    for (const [producer, types] of producers) {
      if (!storingServiceNames.some((storing) => storing === producer)) continue;
      const { query: ofProducer } = await installation.openDatabase(producer as (typeof storingServiceNames)[number]);
      const sent = await ofProducer<{ id: string; type: string; at: string }>(
        `SELECT event_id AS id, type, to_char(sent_at, 'HH24:MI') AS at FROM newfeed.outbox
         WHERE sent_at < now() - make_interval(secs => $1) AND sent_at > now() - interval '1 hour' AND type = ANY($2) ORDER BY sent_at DESC LIMIT ${lookedAt}`,
        [arrivesWithinSeconds, types],
      );
      if (sent.length === 0) continue;
      sentCount += sent.length;
      const ids = sent.map(({ id }) => id);
      const arrived = new Set(
        (await query<{ id: string }>("SELECT event_id AS id FROM newfeed.consumed_event WHERE event_id = ANY($1::uuid[])", [ids])).map(({ id }) => id),
      );
      const lost = sent.filter(({ id }) => !arrived.has(id));
      if (lost.length > 0)
        missing.push(
          `${consumer} has not had ${lost.length} of ${producer} (${[...new Set(lost.map(({ type }) => type))].join(", ")}), since ${lost.at(-1)?.at} UTC`,
        );
    }
  }
  if (missing.length === 0) return ok(name, sentCount === 0 ? "nothing was sent in the last hour" : "what was sent in the last hour has arrived");
  const advice =
    "The queue is long, nobody reads it, or its binding is gone. Does the service run? Its log, and `rabbitmqctl list_bindings`, say more; it fetches from the producer what the bus has lost.";
  return installation.running === false ? warning(name, missing.join("; "), "They arrive once it runs.") : failed(name, missing.join("; "), advice);
}

async function replication({ query }: RawDatabase): Promise<Finding> {
  const name = "replication";
  const rows = await query<{ name: string; lag: string }>(
    `SELECT coalesce(application_name, client_addr::text, 'a replica') AS name, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::text AS lag
     FROM pg_stat_replication WHERE replay_lsn IS NOT NULL AND NOT pg_is_in_recovery()
     UNION ALL SELECT 'slot ' || slot_name, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::text FROM pg_replication_slots
     WHERE NOT active AND restart_lsn IS NOT NULL AND NOT pg_is_in_recovery()`,
  );
  if (rows.length === 0) return skipped(name, "the server has no replicas");
  const behind = rows.filter(({ lag }) => Number(lag) > lagBytes.warning);
  if (behind.length === 0) return ok(name, `${rows.map(({ name: replica }) => replica).join(", ")}: not behind`);
  const what = behind.map(({ name: replica, lag }) => `${replica} is ${gigabytes(Number(lag))} behind`).join(", ");
  const advice =
    "What reads there is old, and the server keeps its log for it until the disk is full: bring it back, or drop its slot (`pg_drop_replication_slot`).";
  return behind.some(({ lag }) => Number(lag) > lagBytes.failed) ? failed(name, what, advice) : warning(name, what, advice);
}

async function disk(path: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(path);
  const share = bavail / blocks;
  const what = `${gigabytes(bavail * bsize)} (${Math.round(share * 100)} %) are free at ${path}`;
  if (share > diskShare.warning) return ok("disk", what);
  const advice = "When it is full, writes are refused, and nothing is lost: make room, or move uploads to S3 (`npm run media-move`).";
  return share > diskShare.failed ? warning("disk", what, advice) : failed("disk", what, advice);
}

function fileDescriptors(): Finding {
  const name = "file descriptors";
  try {
    const [, soft = ""] = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    if (soft === "unlimited" || Number(soft) >= descriptors) return ok(name, `a process may have ${soft}`);
    return warning(
      name,
      `a process may have ${soft}`,
      `Each live connection takes one: \`ulimit -n 65536\`, or LimitNOFILE in systemd, before ${soft} people look on.`,
    );
  } catch {
    return skipped(name, "this system does not say how many a process may have");
  }
}

/** What shows on the machine, and in the databases. */
export const insideChecks = (installation: Installation): Check[] => [
  { name: "outbox", look: () => backlog(installation) },
  { name: "queues", look: () => queues(installation) },
  { name: "replication", look: async () => replication(await installation.openDatabase("post-service")) },
  { name: "disk", look: () => disk(installation.dataDirectory) },
  { name: "file descriptors", look: async () => fileDescriptors() },
];
