import { type Event, parseEvent, producersFor } from "@newfeed/shared/contracts/events.ts";
import { outboxRoutes } from "@newfeed/shared/contracts/routes/outbox.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";

/** Finds an event that this service consumes in the outbox of its producer, which keeps it for 24 hours. */
export async function findSentEvent(callService: ServiceClient, id: string): Promise<Event | undefined> {
  const producers = [...producersFor("notification-service").keys()];
  const answers = await Promise.allSettled(producers.map((producer) => callService(outboxRoutes(producer).eventBodies, { body: { ids: [id] } })));
  const [found] = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value.events : []));
  if (found) return parseEvent(found.body);
  for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
  return undefined;
}
