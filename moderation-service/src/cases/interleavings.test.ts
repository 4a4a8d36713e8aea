import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { CaseStanding } from "@newfeed/shared/contracts/moderation-dto.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moderationService } from "../service.ts";
import { standingOf } from "./case.ts";
import { isHidden, type Step } from "./standing.ts";
import { type CaseStore, createCaseStore } from "./store.ts";

let database: RawDatabase;
let cases: CaseStore;
beforeAll(async () => {
  database = await openServiceDatabase("moderation", moderationService);
  cases = createCaseStore(database, () => {});
});
afterAll(() => database.close());

const moderators = [asUserId(uuidv7()), asUserId(uuidv7())];
const by = fc.constantFrom(...moderators);
type Act = Step | { type: "take back"; by: UserId };
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.constantFrom<Act>({ type: "open" }, { type: "flag", hide: true }, { type: "flag", hide: false }, { type: "hold" }, { type: "end" }, { type: "close" }),
  fc.record({ type: fc.constantFrom("claim" as const, "release" as const, "approve" as const, "escalate" as const, "take back" as const), by }),
  fc.record({
    type: fc.constant("reject" as const),
    by,
    action: fc.constantFrom("hide" as const, "delete" as const, "warn" as const, "suspend" as const),
    reason: fc.constantFrom("spam" as const, "hate" as const),
    until: fc.constantFrom(null, "2100-01-01T00:00:00.000Z"),
  }),
  fc.record({ type: fc.constant("appeal" as const), by: fc.constant(asUserId(uuidv7())) }),
);

/** Does what is asked for, if it may be done. */
async function attempt(id: string, wanted: Act): Promise<void> {
  try {
    await cases.transaction(async (operations) => {
      const found = await operations.lock(id);
      if (!found) throw new Error("there is no such case");
      if (wanted.type !== "take back") return operations.take(found, wanted);
      const decided = found.undoable ? await operations.entry(found.undoable) : undefined;
      return decided?.before ? operations.take(found, { type: "undo", by: wanted.by, to: decided.before }) : found;
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "conflict") throw error;
  }
}

/** What others hold of a subject, by the events that they received. */
function heldByOthers(events: readonly { type: string; data: { hide?: boolean; action?: string } }[]): boolean {
  let hidden = false;
  for (const { type, data } of events) {
    if (type === "content.approved") hidden = false;
    if (type === "content.flagged") hidden = data.hide ?? false;
    if (type === "content.rejected") hidden = data.action !== "warn";
  }
  return hidden;
}

test("whatever happens to a case, and in whatever order, it stands where the audit says, and others hold what is in force", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 }), async (rounds) => {
      const [targetId, authorId] = [uuidv7(), asUserId(uuidv7())];
      const target = { type: "post" as const, id: targetId };
      const { id } = await cases.transaction(async (operations) =>
        operations.take(await operations.lockCaseOf({ target, authorId, postId: null }), { type: "open" }),
      );
      // Those of a round at once.
      for (const round of rounds) await Promise.all(round.map((wanted) => attempt(id, wanted)));

      const stored = await cases.find(id);
      if (!stored) throw new Error("the case is gone");
      const standing = standingOf(stored);
      const audit = await database.query<{ before: CaseStanding | null; after: CaseStanding; revision: number }>(
        "SELECT before, after, revision FROM audit_entry WHERE case_id = $1 ORDER BY revision",
        [id],
      );
      expect(audit.map(({ revision }) => revision)).toEqual(Array.from({ length: stored.revision }, (_, index) => index + 1));
      expect(audit.map(({ before }) => before)).toEqual([null, ...audit.slice(0, -1).map(({ after }) => after)]);
      expect(audit.at(-1)?.after).toEqual(standing);

      const bodies = await database.query<{ body: string }>("SELECT body FROM newfeed.outbox WHERE key = ANY($1) ORDER BY id", [[targetId, authorId]]);
      const events = bodies.map(({ body }) => JSON.parse(body));
      if (standing.state !== "closed") expect(heldByOthers(events.filter(({ type }) => type.startsWith("content.")))).toBe(isHidden(standing));
      const suspensions = events.filter(({ type }) => type.startsWith("user."));
      expect(suspensions.at(-1)?.type === "user.suspended").toBe(standing.action === "suspend");
      expect(suspensions.map(({ aggregate }) => aggregate.revision)).toEqual(suspensions.map((_, index) => index + 1));
    }),
    { numRuns: 40 },
  );
});
