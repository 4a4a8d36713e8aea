import type { DataExamination } from "../contracts/routes/examinations.ts";
import type { ServiceName } from "../contracts/services.ts";
import { findConsumed, type Producers, readPosition, timeOf } from "./reconciliation.ts";

/** What was sent before has arrived, if its queue is bound and read. */
const arrivesWithinMs = 30_000;
/** So many are asked for what they are. */
const named = 100;

type NotArrived = DataExamination["notArrived"][number];

/**
 * What producers have sent a service, and it has not consumed; and the producers that did not say what they sent. Of each a page is looked at, from
 * where reconciliation is: all before has arrived.
 */
export async function readNotArrived({ query, producers, readSent, readBodies }: Producers): Promise<Pick<DataExamination, "notArrived" | "silent">> {
  const silent: ServiceName[] = [];
  async function asked<T>(producer: ServiceName, answer: Promise<T>, otherwise: T): Promise<T> {
    return answer.catch(() => {
      silent.push(producer);
      return otherwise;
    });
  }
  async function ofProducer(producer: ServiceName, types: readonly string[]): Promise<NotArrived[]> {
    const [after = null] = await query(readPosition, { producer });
    const before = Date.now() - arrivesWithinMs;
    const sent = (
      await asked(
        producer,
        readSent(producer, types, after).then((page) => page.sent),
        [],
      )
    ).filter((event) => timeOf(event) < before);
    const consumed = new Set((await query(findConsumed, { ids: sent.map(({ id }) => id) })).map(({ eventId }) => eventId));
    const missing = sent.filter(({ id }) => !consumed.has(id));
    const [first] = missing;
    if (!first) return [];
    const ids = missing.slice(0, named).map(({ id }) => id);
    const events = await asked(producer, readBodies(producer, ids), []);
    return [{ producer, events: missing.length, types: [...new Set(events.map(({ type }) => type))], since: new Date(timeOf(first)).toISOString() }];
  }
  const notArrived = await Promise.all([...producers].map(([producer, types]) => ofProducer(producer, types)));
  return { notArrived: notArrived.flat(), silent };
}
