import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { DraftContent } from "@newfeed/shared/contracts/routes/drafts.ts";
import { draftId, int4, jsonb, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { behindWithin, exportedRows, list } from "@newfeed/shared/store/list.ts";

const content = jsonb<DraftContent>();
const draft = { id: draftId, content, createdAt: timestamptz, updatedAt: timestamptz, revision: int4 };
const columns = "d.id, d.content, d.created_at, d.updated_at, d.revision";
const own = { userId, id: draftId };

export const listDrafts = list({
  parameters: { userId },
  row: draft,
  sql: ({ userId }, { within, limit }) => {
    const ofUser = within("d.user_id", userId);
    return `SELECT ${columns} FROM draft d WHERE ${ofUser.beyond("d.created_at", "d.id")} ${ofUser.order("d.created_at", "d.id")} ${limit}`;
  },
});

export const findDraft = statement({
  parameters: own,
  row: draft,
  sql: ({ userId, id }) => `SELECT ${columns} FROM draft d WHERE d.id = ${id} AND d.user_id = ${userId}`,
});

/** Nothing, where the user has too many. */
export const insertDraft = statement({
  parameters: { ...own, content },
  row: draft,
  sql: ({ userId, id, content }) =>
    `INSERT INTO draft AS d (id, user_id, content, created_at, updated_at) SELECT ${id}, ${userId}, ${content}, clock_timestamp(), clock_timestamp()
     WHERE (SELECT count(*) FROM (SELECT FROM draft WHERE user_id = ${userId} LIMIT ${bounds.drafts}) kept) < ${bounds.drafts} RETURNING ${columns}`,
});

/** Nothing, where it is gone, or has another revision. */
export const updateDraft = statement({
  parameters: { ...own, content, revision: int4 },
  row: draft,
  sql: ({ userId, id, content, revision }) =>
    `UPDATE draft d SET content = ${content}, updated_at = clock_timestamp(), revision = revision + 1
     WHERE d.id = ${id} AND d.user_id = ${userId} AND d.revision = ${revision} RETURNING ${columns}`,
});

export const deleteDraft = statement({ parameters: own, sql: ({ userId, id }) => `DELETE FROM draft WHERE id = ${id} AND user_id = ${userId}` });

export const exportDrafts = statement({
  parameters: { userId, after: uuid.nullable },
  row: draft,
  sql: ({ userId, after }) => {
    const { beyond, order } = behindWithin("d.user_id", userId, after);
    return `SELECT ${columns} FROM draft d WHERE ${beyond("d.id")} ${order("d.id")} LIMIT ${exportedRows + 1}`;
  },
});

/** All that a user may have. */
export const deleteDraftsOf = statement({
  parameters: { userId },
  sql: ({ userId }) => `DELETE FROM draft WHERE id = ANY(ARRAY(SELECT id FROM draft WHERE user_id = ${userId} LIMIT ${2 * bounds.drafts}))`,
});
