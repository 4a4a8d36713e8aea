import { timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

/** Holds an account until the transaction ends. Gives nothing when it is gone. */
export const lockAccount = statement({
  parameters: { userId },
  row: { userId },
  sql: ({ userId }) =>
    `INSERT INTO account (user_id) VALUES (${userId}) ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id WHERE NOT account.deleted RETURNING user_id`,
});

export const buryAccount = statement({
  parameters: { userId },
  sql: ({ userId }) =>
    `INSERT INTO account (user_id, deleted) VALUES (${userId}, true) ON CONFLICT (user_id) DO UPDATE SET deleted = true, has_devices = false, read_until = NULL,
     mail_address = NULL, mail_refusal = NULL, mail_refused_at = NULL`,
});

export const noteReading = statement({
  parameters: { userId, until: timestamptz },
  sql: ({ userId, until }) => `UPDATE account SET read_until = greatest(read_until, ${until}) WHERE user_id = ${userId} AND NOT deleted`,
});
