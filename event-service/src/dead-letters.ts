import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { type Event, parseEvent } from "@newfeed/shared/contracts/events.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import {
  type ChangeDeadLetters,
  type ChangedDeadLetters,
  type DeadLetter,
  type DeadLetterAuditQuery,
  type DeadLetterQuery,
  type DeadLetterStep,
  type DeadLetterSummary,
  deadLetterRoutesOf,
} from "@newfeed/shared/contracts/routes/dead-letters.ts";
import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { requireAdministrator, requireAuditor, type Viewer } from "@newfeed/shared/ports/call.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import type { Store } from "./store.ts";
import { subjectsOf } from "./subjects.ts";

/** Where a list goes on: in a service, behind the id of a letter. */
const form = /^([a-z-]+)~(\d{1,15})$/;
const encode = (service: string, after: number) => Buffer.from(`${service}~${after}`).toString("base64url");
function decode(cursor: string): { service: StoringServiceName; after: number } {
  const [, name, after] = form.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  const service = storingServiceNames.find((each) => each === name);
  if (!service) throw invalidField("cursor", "is not a cursor of this list");
  return { service, after: Number(after) };
}

/** What a service that cannot be asked answers. */
const orNone = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (error instanceof Problem && error.status >= 500) return null;
    throw error;
  });

/** Service by service, in the order in which they were kept; services that cannot be asked are left out. Throws `forbidden`, `validation_failed`. */
export async function listDeadLetters(
  callService: ServiceClient,
  viewer: Viewer,
  { service: only, type, reason, limit, cursor }: DeadLetterQuery,
): Promise<Page<DeadLetterSummary>> {
  const from = cursor === undefined ? undefined : decode(cursor);
  requireAuditor(viewer);
  const services = only ? [only] : storingServiceNames.slice(from ? storingServiceNames.indexOf(from.service) : 0);
  const data: DeadLetterSummary[] = [];
  let more: string | null = null;
  for (const service of services) {
    if (data.length >= limit) {
      more = encode(service, 0);
      break;
    }
    const after = service === from?.service ? from.after : 0;
    const body = { after, limit: limit - data.length, ...(type !== undefined && { type }), ...(reason !== undefined && { reason }) };
    const kept = await orNone(callService(deadLetterRoutesOf(service).keptLetters, { body }));
    data.push(...(kept?.letters ?? []).map((letter) => ({ service, ...letter })));
    if (kept?.next) {
      more = encode(service, kept.next);
      break;
    }
  }
  const first = data[0];
  return { data, pageInfo: { hasNextPage: more !== null, endCursor: more, startCursor: first ? encode(first.service, first.id) : null } };
}

/** How many each service has; null for one that cannot be asked. Throws `forbidden`. */
export async function countDeadLetters(callService: ServiceClient, viewer: Viewer): Promise<{ services: { service: string; letters: number | null }[] }> {
  requireAuditor(viewer);
  const services = storingServiceNames.map(async (service) => ({
    service,
    letters: (await orNone(callService(deadLetterRoutesOf(service).countLetters, {})))?.letters ?? null,
  }));
  return { services: await Promise.all(services) };
}

/** What a body says something of; nothing for one that is no event. */
function subjectsIn(body: string): readonly string[] {
  let event: Event | undefined;
  try {
    event = parseEvent(body);
  } catch {
    // It may be a letter for that.
  }
  return event ? subjectsOf(event).all : [];
}

/** With its body, unless what that speaks of is deleted. Throws `forbidden`, `not_found`. */
export async function getDeadLetter(
  callService: ServiceClient,
  store: Pick<Store, "anyDeleted">,
  viewer: Viewer,
  { service, id }: { service: StoringServiceName; id: string },
): Promise<DeadLetter> {
  requireAuditor(viewer);
  const { letter } = await callService(deadLetterRoutesOf(service).keptLetter, { body: { id } });
  if (!letter) throw new Problem("not_found");
  const gone = await store.anyDeleted(subjectsIn(letter.body));
  return { service, ...letter, body: gone ? null : letter.body };
}

/** A step of a replay, or of dropping. Throws `forbidden`, and `not_found` when there is none of the id that it names. */
export async function changeDeadLetters(
  callService: ServiceClient,
  administrator: Viewer,
  action: "replay" | "drop",
  { service, id, type, reason, after }: ChangeDeadLetters,
): Promise<ChangedDeadLetters> {
  requireAdministrator(administrator);
  const meant = { ...(id !== undefined && { id: String(id) }), ...(type !== undefined && { type }), ...(reason !== undefined && { reason }) };
  const changed = await callService(deadLetterRoutesOf(service).changeLetters, { body: { action, after, by: administrator.userId, ...meant } });
  if (id !== undefined && changed.letters === 0) throw new Problem("not_found");
  return changed;
}

/** What was done with them, of all services that can be asked, the newest first. Throws `forbidden`, `validation_failed`. */
export async function deadLetterAudit(callService: ServiceClient, viewer: Viewer, query: DeadLetterAuditQuery): Promise<Page<DeadLetterStep>> {
  const window = windowOf(query);
  requireAuditor(viewer);
  const before = window.before && { at: window.before.at.toISOString(), id: window.before.id };
  const answers = await Promise.all(
    storingServiceNames.map(async (service) => {
      const answer = await orNone(callService(deadLetterRoutesOf(service).letterAudit, { body: { limit: window.take, before } }));
      return (answer?.steps ?? []).map((step) => ({ service, ...step }));
    }),
  );
  const newestFirst = answers.flat().sort((a, b) => (a.at === b.at ? b.id.localeCompare(a.id) : b.at.localeCompare(a.at)));
  return pageFrom(
    newestFirst.slice(0, window.take),
    window,
    ({ at, id }) => ({ at: new Date(at), id }),
    (step) => step,
  );
}
