import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { consumedTypes, eventTypeOf } from "@newfeed/shared/contracts/events.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { CreateReplay, Replay } from "@newfeed/shared/contracts/routes/replays.ts";
import { requireAdministrator, requireAuditor, type Viewer } from "@newfeed/shared/ports/call.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import { v7 as uuidv7 } from "uuid";
import { firstIdAt, timeOf } from "../event-ids.ts";
import type { ReplayRow, ReplayStore } from "./store.ts";

const iso = (time: number) => new Date(time).toISOString();

export function toReplay({ aggregateId, fromId, toId, position, createdAt, updatedAt, ...row }: ReplayRow): Replay {
  const [from, to, at] = [timeOf(fromId), timeOf(toId), timeOf(position)];
  const done = row.state === "done" ? to : at;
  return {
    ...row,
    aggregate: aggregateId,
    from: iso(from),
    to: iso(to),
    at: iso(done),
    progress: to > from ? Math.min(1, (done - from) / (to - from)) : 1,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** Asks for a replay. Throws `validation_failed` for a type that the consumer does not handle. */
export async function askForReplay(
  store: Pick<ReplayStore, "create">,
  createdBy: UserId | null,
  { consumer, types, aggregate, from, to, rate }: CreateReplay,
): Promise<Replay> {
  const handled: readonly string[] = consumedTypes(consumer);
  const named = types?.map((name) => {
    const type = eventTypeOf(name);
    if (type === undefined || !handled.includes(type)) throw invalidField("types", `has ${name}, which ${consumer} does not handle`);
    return type;
  });
  const end = to === undefined ? Date.now() : Date.parse(to);
  if (Date.parse(from) > end) throw invalidField("from", "must be before to, or in the past");
  return toReplay(
    await store.create({
      ...{ id: uuidv7(), consumer, types: named ?? null, aggregateId: aggregate ?? null, rate, createdBy },
      ...{ fromId: firstIdAt(Date.parse(from)), toId: firstIdAt(end) },
    }),
  );
}

/** Throws `forbidden`, `validation_failed`. */
export async function createReplay(store: ReplayStore, wake: () => void, administrator: Viewer, asked: CreateReplay): Promise<Replay> {
  requireAdministrator(administrator);
  const replay = await askForReplay(store, administrator.userId, asked);
  wake();
  return replay;
}

/** Newest first. Throws `forbidden`. */
export async function listReplays(
  store: Pick<ReplayStore, "list">,
  viewer: Viewer,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<Replay>> {
  const window = windowOf(query);
  requireAuditor(viewer);
  return pageFrom(await store.list(window), window, ({ createdAt, id }) => ({ at: createdAt, id }), toReplay);
}

/** Throws `forbidden`, `not_found`. */
export async function getReplay(store: Pick<ReplayStore, "find">, viewer: Viewer, id: string): Promise<Replay> {
  requireAuditor(viewer);
  const found = await store.find(id);
  if (!found) throw new Problem("not_found");
  return toReplay(found);
}

const steps = {
  pause: { from: ["running"], to: "paused" },
  resume: { from: ["paused"], to: "running" },
  cancel: { from: ["running", "paused"], to: "cancelled" },
} as const satisfies Record<string, { from: readonly Replay["state"][]; to: Replay["state"] }>;

/** Throws `not_found`, and `conflict` for a replay that is in no state to take the step. */
export async function changeReplay(store: Pick<ReplayStore, "find" | "change">, id: string, step: keyof typeof steps): Promise<Replay> {
  const { from, to } = steps[step];
  const changed = await store.change(id, from, to);
  if (changed) return toReplay(changed);
  const found = await store.find(id);
  if (!found) throw new Problem("not_found");
  throw new Problem("conflict", { message: `It is ${found.state}.` });
}
