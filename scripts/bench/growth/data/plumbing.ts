import { consumersOf, eventTypes, producersOf } from "@newfeed/shared/contracts/events.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { type Rows, rows } from "../rows.ts";
import { idOf, type Size } from "../size.ts";

/** Of the day's events: most are of one type, some of a rare one, which many consume. */
const recentShare = 0.2;
/** What each service's outbox holds of all events. */
const shares: Partial<Record<ServiceName, number>> = {
  "auth-service": 0.1,
  "user-service": 0.2,
  "post-service": 0.2,
  "comment-service": 0.4,
  "media-service": 0.1,
  "query-service": 0.02,
  "moderation-service": 0.02,
  "notification-service": 0.02,
  "delivery-service": 0.02,
  "event-service": 0.02,
};

/** When the n-th recent event of a service was sent: within the last 20 hours. */
const sentAt = (count: number) => `($3::timestamptz - interval '20 hours' * (1 - n::float8 / ${count}) - interval '1 minute')`;
/** An id that says when the event was made, the same in its producer's database and in its consumers'. */
function eventId(service: ServiceName, count: number): string {
  const time = `lpad(to_hex((extract(epoch FROM ${sentAt(count)}) * 1000)::bigint), 12, '0')`;
  const number = `'${service.charCodeAt(0).toString(16)}' || lpad(to_hex(n), 10, '0')`;
  return `(substr(${time}, 1, 8) || '-' || substr(${time}, 9) || '-7000-8000-' || ${number})::uuid`;
}

const recentOf = (service: ServiceName, { events }: Size) => Math.floor(events * (shares[service] ?? 0) * recentShare);

const typesOf = (service: ServiceName) => eventTypes.filter((type) => producersOf(type).includes(service));

/** SQL for the type of the n-th event of a service: each of its types once, then one that it alone has, and every hundredth of its rarest. */
function typeOf(service: ServiceName): string {
  const all = typesOf(service);
  const own = all.filter((type) => producersOf(type).length === 1);
  if (all.length === 0) return "'none'";
  return `coalesce((ARRAY['${all.join("', '")}'])[n], CASE n % 100 WHEN 0 THEN '${own.at(-1) ?? all[0]}' ELSE '${own[0] ?? all[0]}' END)`;
}
const isConsumed = (consumer: ServiceName, producer: ServiceName) => typesOf(producer).some((type) => consumersOf(type).includes(consumer));

/** Sent events of the last day and of before. */
export function outbox(service: ServiceName, size: Size): Rows[] {
  const body = "repeat('x', 300)";
  const recent = recentOf(service, size);
  const old = Math.floor(size.events * (shares[service] ?? 0)) - recent;
  const yesterday = `($3::timestamptz - interval '24 hours' * (2 - n::float8 / ${old}) - interval '1 minute')`;
  return [
    rows("newfeed.outbox", old, { event_id: "uuidv7()", type: typeOf(service), body, created_at: yesterday, sent_at: yesterday }),
    rows("newfeed.outbox", recent, { event_id: eventId(service, recent), type: typeOf(service), body, created_at: sentAt(recent), sent_at: sentAt(recent) }),
  ];
}

/** What a service has consumed, and all else that the plumbing keeps for some time. */
export function plumbing(service: ServiceName, size: Size): Rows[] {
  const { ended } = size;
  const longAgo = "$3::timestamptz - interval '60 days'";
  const producers = Object.keys(shares) as ServiceName[];
  return [
    ...producers.flatMap((producer) => {
      const count = recentOf(producer, size);
      return isConsumed(service, producer) ? [rows("newfeed.consumed_event", count, { event_id: eventId(producer, count), consumed_at: sentAt(count) })] : [];
    }),
    rows("newfeed.consumed_event", ended, { event_id: "uuidv7(interval '-60 days')", consumed_at: longAgo }),
    rows("newfeed.idempotency_key", ended, { user_id: idOf("user", "n"), key: "'growth'", fingerprint: "'none'", answer: "'{}'", created_at: longAgo }),
    rows("newfeed.dead_letter", ended, { message_id: "'growth' || n", type: "'none'", body: "'{}'", reason: "'none'", tries: "5", failed_at: longAgo }),
    rows("newfeed.dead_letter_audit", ended, { at: "$3::timestamptz - interval '400 days'", action: "'drop'", letters: "1" }),
    rows("newfeed.relay_lease", ended, { name: "'growth' || n", holder: "'none'", expires_at: longAgo }),
  ];
}
