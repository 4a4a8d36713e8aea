import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { ModerationReason, RuleKind } from "@newfeed/shared/contracts/moderation.ts";
import { array, boolean, int4, int8, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

const reason = text.as<ModerationReason>();
const body = { name: text, kind: text.as<RuleKind>(), terms: array(text).notNull, threshold: int4, hours: int4, reason, hide: boolean, enabled: boolean };
const rule = { id: uuid, ...body, flags: int4, upheld: int4, overturned: int4, createdAt: timestamptz, updatedAt: timestamptz, revision: int4 };
export type StoredRule = RowOf<typeof rule>;
const columns =
  "r.id, r.name, r.kind, r.terms, r.threshold, r.hours, r.reason, r.hide, r.enabled, r.flags, r.upheld, r.overturned, r.created_at, r.updated_at, r.revision";
const written = { ...body, terms: array(text) };

export const listRules = statement({
  row: rule,
  sql: `SELECT ${columns} FROM moderation_rule r ORDER BY r.id LIMIT ${bounds.moderationRules}`,
});
/** One that is made at the same time waits, so that there are never too many. */
export const lockRules = statement({ sql: "SELECT FROM pg_advisory_xact_lock(hashtextextended('moderation rules', 0))" });
/** No row when there are enough. */
export const insertRule = statement({
  parameters: { id: uuid, ...written },
  row: rule,
  sql: ({ id, name, kind, terms, threshold, hours, reason, hide, enabled }) =>
    `INSERT INTO moderation_rule AS r (id, name, kind, terms, threshold, hours, reason, hide, enabled)
     SELECT ${id}, ${name}, ${kind}, ${terms}, ${threshold}, ${hours}, ${reason}, ${hide}, ${enabled}
     WHERE (SELECT count(*) FROM (SELECT FROM moderation_rule LIMIT ${bounds.moderationRules}) made) < ${bounds.moderationRules} RETURNING ${columns}`,
});
/** No row when it is gone, or has another revision. */
export const updateRule = statement({
  parameters: { id: uuid, ...written, revision: int4 },
  row: rule,
  sql: ({ id, name, kind, terms, threshold, hours, reason, hide, enabled, revision }) =>
    `UPDATE moderation_rule r SET name = ${name}, kind = ${kind}, terms = ${terms}, threshold = ${threshold}, hours = ${hours}, reason = ${reason},
       hide = ${hide}, enabled = ${enabled}, updated_at = clock_timestamp(), revision = r.revision + 1
     WHERE r.id = ${id} AND r.revision = ${revision} RETURNING ${columns}`,
});
export const findRule = statement({ parameters: { id: uuid }, row: rule, sql: ({ id }) => `SELECT ${columns} FROM moderation_rule r WHERE r.id = ${id}` });
export const deleteRule = statement({ parameters: { id: uuid }, sql: ({ id }) => `DELETE FROM moderation_rule WHERE id = ${id}` });

const flag = { id: uuid, ruleId: uuid, ruleName: text, reason, detail: text, createdAt: timestamptz };
export type StoredFlag = RowOf<typeof flag>;

/** Under the case's lock. No row where the rule has found the same in it before. */
export const saveFlag = statement({
  parameters: { id: uuid, caseId: uuid, ruleId: uuid, ruleName: text, reason, detail: text },
  row: { id: uuid },
  sql: ({ id, caseId, ruleId, ruleName, reason, detail }) =>
    `INSERT INTO flag AS f (id, case_id, rule_id, rule_name, reason, detail) VALUES (${id}, ${caseId}, ${ruleId}, ${ruleName}, ${reason}, ${detail})
     ON CONFLICT (case_id, rule_id) DO UPDATE
     SET detail = excluded.detail, rule_name = excluded.rule_name, reason = excluded.reason, created_at = excluded.created_at, upheld = NULL
     WHERE f.detail <> excluded.detail RETURNING f.id`,
});
export const countFlag = statement({ parameters: { id: uuid }, sql: ({ id }) => `UPDATE moderation_rule SET flags = flags + 1 WHERE id = ${id}` });
/** What each rule found in a case, as many rules as there may be. */
export const listFlags = statement({
  parameters: { caseId: uuid },
  row: flag,
  sql: ({ caseId }) =>
    `SELECT f.id, f.rule_id, f.rule_name, f.reason, f.detail, f.created_at FROM flag f WHERE f.case_id = ${caseId} ORDER BY f.rule_id LIMIT ${bounds.moderationRules}`,
});
/** Says of the rules that found something in a decided case whether they were right. */
export const judgeFlags = statement({
  parameters: { caseId: uuid, upheld: boolean },
  sql: ({ caseId, upheld }) =>
    `WITH judged AS (
       UPDATE flag SET upheld = ${upheld}
       WHERE id = ANY(ARRAY(SELECT id FROM flag WHERE case_id = ${caseId} ORDER BY rule_id LIMIT ${bounds.moderationRules})) AND upheld IS NULL RETURNING rule_id
     )
     UPDATE moderation_rule SET upheld = upheld + CASE WHEN ${upheld} THEN 1 ELSE 0 END, overturned = overturned + CASE WHEN ${upheld} THEN 0 ELSE 1 END
     WHERE id = ANY(ARRAY(SELECT rule_id FROM judged))`,
});

/** Notes who wrote a text. */
export const noteText = statement({
  parameters: { hash: text, authorId: userId },
  sql: ({ hash, authorId }) =>
    `INSERT INTO seen_text (hash, author_id, at) VALUES (${hash}, ${authorId}, clock_timestamp()) ON CONFLICT (hash, author_id) DO UPDATE SET at = excluded.at`,
});
/** How many accounts wrote it within so many hours, up to a hundred. */
export const countWriters = statement({
  parameters: { hash: text, hours: int4 },
  row: { writers: int8.notNull },
  sql: ({ hash, hours }) =>
    `SELECT count(*) AS writers FROM (
       SELECT FROM seen_text WHERE hash = ${hash} AND at > clock_timestamp() - make_interval(hours => ${hours}) ORDER BY at DESC LIMIT 100
     ) written`,
});
export const oldTexts = removal({ table: "seen_text", at: "at", after: "3 days" });
