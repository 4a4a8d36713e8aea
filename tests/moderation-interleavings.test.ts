import { standingOf } from "@newfeed/moderation-service/cases/case.ts";
import { isHidden } from "@newfeed/moderation-service/cases/standing.ts";
import type { CaseStanding } from "@newfeed/shared/contracts/moderation-dto.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOf, moderatorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { openStored, type Stored } from "./support/stored.ts";

/** Fewer in each test run; INTERLEAVINGS says how many, in each mode. */
const runs = Number(process.env.INTERLEAVINGS ?? 20);

let feed: TestFeed;
let stored: Stored;
let database: RawDatabase;
let moderators: readonly [Person, Person];
let author: Person;
let reader: Person;
async function begin(mode: "post" | "pre"): Promise<void> {
  feed = await startTestFeed({ MODERATION_MODE: mode });
  stored = await openStored(feed);
  database = await feed.platform.openDatabase("moderation-service");
  moderators = [await moderatorOf(feed), await moderatorOf(feed, "other_mod")];
  [author, reader] = [await feed.person("author"), await feed.person("reader")];
  const admin = await administratorOf(feed);
  const rule = { name: "no viagra", kind: "pattern", terms: ["viagra \\d"], reason: "spam", hide: true };
  expect((await admin.post("/api/v1/moderation/rules", rule)).status).toBe(201);
}

const cases = "/api/v1/moderation/cases";
interface Subject {
  kind: "post" | "comment" | "reply";
  id: string;
  path: string;
}
type Row = Parameters<typeof standingOf>[0] & { id: string; revision: number };
async function caseOf({ id }: Subject): Promise<Row | undefined> {
  const [found] = await database.query<Row>(
    `SELECT id, revision, state, action, reason, until, held, appeal_state AS "appealState", decided_by AS "decidedBy", claimed_by AS "claimedBy",
       claimed_until AS "claimedUntil" FROM moderation_case WHERE target_id = $1`,
    [id],
  );
  return found;
}

const act = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constant("undo" as const), n: fc.constant(0) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom("edit" as const, "offend" as const), n: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom("report" as const, "appeal" as const), n: fc.constant(0) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom("approve" as const, "hide" as const, "hide" as const, "warn" as const), n: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom("delete" as const, "reject by deletion" as const, "edit" as const), n: fc.nat(1) }) },
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

/** Does what is asked for, if it may be done. */
async function attempt(subject: Subject, { does, n }: Act): Promise<void> {
  const { status } = await perform(subject, does, n);
  expect([200, 201, 204, 403, 404, 409], `${does}: ${status}`).toContain(status);
}
async function perform(subject: Subject, does: Act["does"], n: number): Promise<{ status: number }> {
  const { kind, id, path } = subject;
  if (does === "edit" || does === "offend") return author.patch(path, { content: does === "edit" ? `harmless ${n}` : `viagra ${n}` });
  if (does === "delete") return author.delete(path);
  if (does === "report") return reader.post("/api/v1/reports", { target: { type: kind === "post" ? kind : "comment", id }, reason: "spam" });
  const found = await caseOf(subject);
  if (!found) return { status: 404 };
  const at = `${cases}/${found.id}`;
  if (does === "appeal") return author.post(`${at}/appeal`, { text: "It is fine" });
  // Who has decided takes that back.
  const moderator = (does === "undo" ? moderators.find(({ id }) => id === found.decidedBy) : moderators[n]) ?? moderators[0];
  const { revision } = found;
  if (does === "approve" || does === "undo") return moderator.post(`${at}/${does}`, { revision });
  return moderator.post(`${at}/reject`, { revision, reason: "spam", action: does === "reject by deletion" ? "delete" : does });
}

describe.each(["post", "pre"] as const)("in the mode %s", (mode) => {
  beforeAll(() => begin(mode));
  afterAll(() => feed.close());

  test("whatever authors, rules, readers and moderators do, in any order and at once, others see what the audit says", {
    timeout: 60_000 + runs * 5_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("post" as const, "comment" as const, "reply" as const),
        fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 8 }),
        async (kind, rounds) => {
          const { body: under } = await moderators[0].post("/api/v1/posts", { content: "What do you think?", postType: "TEXT" });
          const comments = `/api/v1/posts/${under.id}/comments`;
          const parentCommentId: string | undefined = kind === "reply" ? (await moderators[0].post(comments, { content: "I begin" })).body.id : undefined;
          const written =
            kind === "post"
              ? await author.post("/api/v1/posts", { content: "harmless", postType: "TEXT" })
              : await author.post(comments, { content: "harmless", ...(parentCommentId && { parentCommentId }) });
          const subject: Subject = { kind, id: written.body.id, path: `/api/v1/${kind === "post" ? "posts" : "comments"}/${written.body.id}` };
          await attempt(subject, { does: "report", n: 0 });
          // Those of a round at once.
          for (const round of rounds) await Promise.all(round.map((wanted) => attempt(subject, wanted)));
          await stored.settled();

          const found = await caseOf(subject);
          const own = await author.get(subject.path);
          const isThere = own.status === 200 && !own.body.deleted;
          const seen = await reader.get(subject.path);
          const isSeen = seen.status === 200 && !seen.body.deleted;
          // What is counted is what is seen.
          if (kind !== "post") expect((await reader.get(`/api/v1/posts/${under.id}`)).body.commentCount).toBe((parentCommentId ? 1 : 0) + (isSeen ? 1 : 0));
          if (parentCommentId) {
            const countFor = async (person: Person) => (await person.get(`/api/v1/comments/${parentCommentId}`)).body.replyCount;
            expect([await countFor(reader), await countFor(author)]).toEqual([isSeen ? 1 : 0, isThere ? 1 : 0]);
          }
          if (!found) {
            expect(isSeen).toBe(isThere);
            return;
          }
          const standing = standingOf(found);
          const [last] = await database.query<{ after: CaseStanding; revision: number }>(
            "SELECT after, revision FROM audit_entry WHERE case_id = $1 ORDER BY revision DESC LIMIT 1",
            [found.id],
          );
          expect(last).toEqual({ after: standing, revision: found.revision });
          if (standing.action === "delete") expect(isThere).toBe(false);
          expect(isSeen).toBe(isThere && !isHidden(standing));
          expect(isThere && own.body.moderation !== null).toBe(isThere && isHidden(standing));
        },
      ),
      { numRuns: runs },
    );
  });
});
