import type { CaseState, CaseStep, ModerationAction, ModerationReason, ModerationTargetType } from "@newfeed/shared/contracts/moderation.ts";
import { type CaseStanding, figureBounds } from "@newfeed/shared/contracts/moderation-dto.ts";
import { behind, idOrFirst } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, int4, int8, jsonb, postId, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { fetchSizes } from "@newfeed/shared/store/cursors.ts";
import { list, newestIdsWithin } from "@newfeed/shared/store/list.ts";

const targetType = text.as<ModerationTargetType>();
const state = text.as<CaseState>();
const action = text.as<ModerationAction>();
const reason = text.as<ModerationReason>();

const standing = {
  state,
  action: action.nullable,
  reason: reason.nullable,
  until: timestamptz.nullable,
  held: boolean,
  appealState: text.as<"pending" | "decided">().nullable,
  decidedBy: userId.nullable,
  claimedBy: userId.nullable,
  claimedUntil: timestamptz.nullable,
};
const storedCase = {
  id: uuid,
  targetType,
  targetId: uuid,
  postId: postId.nullable,
  authorId: userId,
  content: text,
  ...standing,
  reasons: array(reason).notNull,
  reports: int4,
  flags: int4,
  appeal: text.nullable,
  undoable: uuid.nullable,
  targetDeleted: boolean,
  createdAt: timestamptz,
  updatedAt: timestamptz,
  revision: int4,
};
export type StoredCase = RowOf<typeof storedCase>;
const columns = `c.id, c.target_type, c.target_id, c.post_id, c.author_id, c.content, c.state, c.action, c.reason, c.until, c.held, c.appeal_state, c.decided_by,
  c.claimed_by, c.claimed_until, c.reasons, c.reports, c.flags, c.appeal, c.undoable, c.target_deleted, c.created_at, c.updated_at, c.revision`;

/** Makes the case of a subject, unless there is one, and locks it. */
export const insertCase = statement({
  parameters: { id: uuid, targetType, targetId: uuid, postId: postId.nullable, authorId: userId },
  sql: ({ id, targetType, targetId, postId, authorId }) =>
    `INSERT INTO moderation_case (id, target_type, target_id, post_id, author_id, state, revision, created_at, updated_at)
     VALUES (${id}, ${targetType}, ${targetId}, ${postId}, ${authorId}, 'closed', 0, clock_timestamp(), clock_timestamp()) ON CONFLICT (target_type, target_id) DO NOTHING`,
});
export const lockCaseOf = statement({
  parameters: { targetType, targetId: uuid },
  row: storedCase,
  sql: ({ targetType, targetId }) => `SELECT ${columns} FROM moderation_case c WHERE c.target_type = ${targetType} AND c.target_id = ${targetId} FOR UPDATE`,
});
export const lockCase = statement({
  parameters: { id: uuid },
  row: storedCase,
  sql: ({ id }) => `SELECT ${columns} FROM moderation_case c WHERE c.id = ${id} FOR UPDATE`,
});
export const findCase = statement({
  parameters: { id: uuid },
  row: storedCase,
  sql: ({ id }) => `SELECT ${columns} FROM moderation_case c WHERE c.id = ${id}`,
});

/** What was seen of the subject, and why it was reported or flagged. Under the case's lock. */
export const noteContent = statement({
  parameters: { id: uuid, content: text, reason: reason.nullable, reports: int4, flags: int4 },
  sql: ({ id, content, reason, reports, flags }) =>
    `UPDATE moderation_case SET content = ${content}, reports = reports + ${reports}, flags = flags + ${flags}, target_deleted = false, updated_at = clock_timestamp(),
       reasons = CASE WHEN ${reason} IS NULL OR ${reason} = ANY(reasons) THEN reasons ELSE reasons || ${reason} END
     WHERE id = ${id}`,
});

const waitingStates = "'open', 'escalated', 'appealed'";
/** Where it stands from now on, at its next revision. Under the case's lock. `undoable`: null for what cannot be undone. */
export const saveStanding = statement({
  parameters: { id: uuid, ...standing, undoable: uuid.nullable },
  row: storedCase,
  sql: ({ id, state, action, reason, until, held, appealState, decidedBy, claimedBy, claimedUntil, undoable }) =>
    `UPDATE moderation_case c SET state = ${state}, action = ${action}, reason = ${reason}, until = ${until}, held = ${held}, appeal_state = ${appealState},
       decided_at = CASE WHEN ${state} IN ('approved', 'rejected') AND c.state NOT IN ('approved', 'rejected') THEN clock_timestamp() ELSE c.decided_at END,
       opened_at = CASE WHEN ${state} IN (${waitingStates}) AND c.state NOT IN (${waitingStates}) THEN clock_timestamp() ELSE c.opened_at END,
       decided_by = ${decidedBy}, claimed_by = ${claimedBy}, claimed_until = ${claimedUntil}, undoable = ${undoable}, updated_at = clock_timestamp(), revision = revision + 1
     WHERE c.id = ${id} RETURNING ${columns}`,
});
export const saveAppeal = statement({
  parameters: { id: uuid, text },
  sql: ({ id, text }) => `UPDATE moderation_case SET appeal = ${text}, appealed_at = clock_timestamp() WHERE id = ${id}`,
});
export const noteTargetsDeleted = statement({
  parameters: { targetType, targetIds: array(uuid) },
  sql: ({ targetType, targetIds }) => `UPDATE moderation_case SET target_deleted = true WHERE target_type = ${targetType} AND target_id = ANY(${targetIds})`,
});
/** What a deleted account leaves: that there was a case. */
export const forgetContent = statement({
  parameters: { id: uuid },
  sql: ({ id }) => `UPDATE moderation_case SET content = '', appeal = NULL, target_deleted = true WHERE id = ${id}`,
});
export const listCasesOf = statement({
  parameters: { authorId: userId, after: uuid.nullable, limit: int4 },
  row: { id: uuid },
  sql: ({ authorId, after, limit }) => {
    const { where, order } = behind(["author_id", "id"], authorId, [idOrFirst(after)]);
    return `SELECT id FROM moderation_case WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});

const byState = (of: readonly string[]) =>
  list({
    parameters: { state, ...(of.length > 1 && { type: targetType }) },
    row: storedCase,
    sortedBy: "id",
    sql: (given, { within, limit }) => {
      const { state, type = "" } = given as { state: string; type?: string };
      const page = within([...of], of.length > 1 ? [state, type] : state);
      return `SELECT ${columns} FROM moderation_case c WHERE ${page.beyond("c.id")} ${page.order("c.id")} ${limit}`;
    },
  });
export const listCases = byState(["c.state"]);
export const listCasesByType = byState(["c.state", "c.target_type"]);

const waiting = (name: string) =>
  `(SELECT count(*) FROM (SELECT FROM moderation_case WHERE state = '${name}' LIMIT ${figureBounds.waiting}) waiting) AS ${name}`;
/** How many wait, and how long those that were decided last have waited. */
export const findFigures = statement({
  row: { open: int8.notNull, appealed: int8.notNull, escalated: int8.notNull, decided: int8.notNull, medianSeconds: int4.nullable, slowSeconds: int4.nullable },
  sql: `SELECT ${waiting("open")}, ${waiting("appealed")}, ${waiting("escalated")}, count(*) AS decided,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY waited))::int AS median_seconds, round(percentile_cont(0.9) WITHIN GROUP (ORDER BY waited))::int AS slow_seconds
     FROM (
       SELECT extract(epoch FROM greatest(decided_at - opened_at, interval '0')) AS waited FROM moderation_case
       WHERE decided_at IS NOT NULL ORDER BY decided_at DESC LIMIT ${figureBounds.decided}
     ) decided`,
});

export const latestCasesOf = statement({
  parameters: { authorId: userId },
  row: storedCase,
  sql: ({ authorId }) => {
    const page = newestIdsWithin("c.author_id", authorId);
    return `SELECT ${columns} FROM moderation_case c WHERE ${page.beyond("c.id")} ${page.order("c.id")} LIMIT ${fetchSizes[0]}`;
  },
});

const entry = {
  id: uuid,
  caseId: uuid,
  step: text.as<CaseStep>(),
  actorId: userId.nullable,
  before: jsonb<CaseStanding>().nullable,
  after: jsonb<CaseStanding>(),
  revision: int4,
  createdAt: timestamptz,
};
export type StoredEntry = RowOf<typeof entry>;
const entryColumns = "e.id, e.case_id, e.step, e.actor_id, e.before, e.after, e.revision, e.created_at";

export const insertEntry = statement({
  parameters: { ...entry },
  sql: ({ id, caseId, step, actorId, before, after, revision, createdAt }) =>
    `INSERT INTO audit_entry (id, case_id, step, actor_id, before, after, revision, created_at)
     VALUES (${id}, ${caseId}, ${step}, ${actorId}, ${before}, ${after}, ${revision}, ${createdAt})`,
});
export const findEntry = statement({
  parameters: { id: uuid },
  row: entry,
  sql: ({ id }) => `SELECT ${entryColumns} FROM audit_entry e WHERE e.id = ${id}`,
});
/** The latest steps of a case, the last one first. */
export const latestEntriesOf = statement({
  parameters: { caseId: uuid },
  row: entry,
  sql: ({ caseId }) => `SELECT ${entryColumns} FROM audit_entry e WHERE e.case_id = ${caseId} ORDER BY e.revision DESC LIMIT 50`,
});
export const listEntries = list({
  parameters: {},
  row: entry,
  sortedBy: "id",
  sql: (_, { beyond, order, limit }) => `SELECT ${entryColumns} FROM audit_entry e WHERE ${beyond("e.id")} ${order("e.id")} ${limit}`,
});

// Suspensions: cases say what is in force.

export const lockSuspension = statement({
  parameters: { userId },
  row: { caseId: uuid.nullable, reason: reason.nullable, until: timestamptz.nullable, revision: int4 },
  sql: ({ userId }) =>
    `INSERT INTO suspension (user_id, revision) VALUES (${userId}, 0) ON CONFLICT (user_id) DO UPDATE SET revision = suspension.revision
     RETURNING case_id, reason, until, revision`,
});
/** The one that lasts longest. */
export const findSuspending = statement({
  parameters: { authorId: userId },
  row: { id: uuid, reason: reason.nullable, until: timestamptz.nullable },
  sql: ({ authorId }) =>
    `SELECT id, reason, until FROM moderation_case WHERE author_id = ${authorId} AND action = 'suspend' AND coalesce(until, 'infinity') > now()
     ORDER BY coalesce(until, 'infinity') DESC LIMIT 1`,
});
export const saveSuspension = statement({
  parameters: { userId, caseId: uuid.nullable, reason: reason.nullable, until: timestamptz.nullable },
  row: { revision: int4 },
  sql: ({ userId, caseId, reason, until }) =>
    `UPDATE suspension SET case_id = ${caseId}, reason = ${reason}, until = ${until}, revision = revision + 1 WHERE user_id = ${userId} RETURNING revision`,
});

export const findEnding = statement({
  parameters: { afterAt: timestamptz, afterId: uuid, limit: int4 },
  row: { id: uuid, at: timestamptz.notNull },
  sql: ({ afterAt, afterId, limit }) =>
    `SELECT id, until AS at FROM moderation_case
     WHERE action IS NOT NULL AND until <= clock_timestamp() AND (until, id) > (${afterAt}, ${afterId}) ORDER BY until, id LIMIT ${limit}`,
  plan: "each time",
});
/** Of these, those that are still due and that nobody else has locked. */
export const lockEnded = statement({
  parameters: { ids: array(uuid) },
  row: storedCase,
  sql: ({ ids }) =>
    `SELECT ${columns} FROM moderation_case c WHERE c.id = ANY(${ids}) AND c.action IS NOT NULL AND c.until <= clock_timestamp() ORDER BY c.id FOR UPDATE SKIP LOCKED`,
  plan: "each time",
});
