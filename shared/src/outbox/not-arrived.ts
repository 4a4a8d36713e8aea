import type { DataExamination } from "../contracts/routes/examinations.ts";
import type { ServiceName } from "../contracts/services.ts";
import { findConsumed, type Producers, readPosition, timeOf } from "./reconciliation.ts";

/** What was sent before has arrived, if its queue is bound and read. */
const arrivesWithinMs = 30_000;
/** So many are asked for what they are. */
const named = 100;

type NotArrived = DataExamination["notArrived"][number];

/**
 * What producers have sent a service, and it has not consumed. Of each producer a page is looked at, from where reconciliation is: all before
 * has arrived. A producer that does not answer is left out.
 */
export async function readNotArrived({ query, producers, readSent, readBodies }: Producers): Promise<NotArrived[]> {
  async function ofProducer(producer: ServiceName, types: readonly string[]): Promise<NotArrived[]> {
    const [after = null] = await query(readPosition, { producer });
    const before = Date.now() - arrivesWithinMs;
    const sent = (await readSent(producer, types, after)).sent.filter((event) => timeOf(event) < before);
    const consumed = new Set((await query(findConsumed, { ids: sent.map(({ id }) => id) })).map(({ eventId }) => eventId));
    const missing = sent.filter(({ id }) => !consumed.has(id));
    const [first] = missing;
    if (!first) return [];
    const events = await readBodies(
      producer,
      missing.slice(0, named).map(({ id }) => id),
    );
    return [{ producer, events: missing.length, types: [...new Set(events.map(({ type }) => type))], since: new Date(timeOf(first)).toISOString() }];
  }
  const all = await Promise.allSettled([...producers].map(([producer, types]) => ofProducer(producer, types)));
  return all.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
}
