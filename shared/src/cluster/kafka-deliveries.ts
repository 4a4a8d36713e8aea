import { deliveryLimit } from "../ports/bus.ts";
import { type KafkaAdmin, placeOf, type Received } from "./kafka-client.ts";

/** An offset and a count in one number: counts go to one more than the limit. */
const room = 32n;
if (BigInt(deliveryLimit) + 1n >= room) throw new Error("deliveries are counted up to 31");

/**
 * Counts the deliveries of what consumers did not live to answer: Kafka does not. The first batch after a consumer has joined is noted
 * before it is handled, as numbers of a group of its own, `<queue>.deliveries`, which no consumer ever joins: the offset at which each
 * partition begins, and how often. A message that kills its consumers is in each first batch.
 */
export function createDeliveries(admin: Pick<KafkaAdmin, "numbersOf" | "keepNumbers">, queue: string) {
  const group = `${queue}.deliveries`;
  return {
    /** Notes the first batch. Gives how often each of its records was delivered before. */
    async first(batch: readonly Received[]): Promise<Map<Received, number>> {
      const kept = await admin.numbersOf(group);
      const begins = new Map(batch.toReversed().map((record) => [placeOf(record.topic, record.partition), record]));
      const counts = new Map<string, number>();
      for (const [place, { offset }] of begins) {
        const number = kept.get(place) ?? -1n;
        counts.set(place, number >= 0n && number / room === offset ? Number(number % room) : 0);
      }
      await admin.keepNumbers(
        group,
        [...begins].map(([place, { topic, partition, offset }]) => ({
          topic,
          partition,
          offset: offset * room + BigInt(Math.min(deliveryLimit + 1, (counts.get(place) ?? 0) + 1)),
        })),
      );
      return new Map(batch.map((record) => [record, counts.get(placeOf(record.topic, record.partition)) ?? 0]));
    },
  };
}
export type Deliveries = ReturnType<typeof createDeliveries>;
