import { boolean, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isTrusted } from "@newfeed/shared/store/trust.ts";

/** Is an author trusted, by their comments? */
export const findTrust = statement({
  parameters: { authorId: userId },
  row: { trusted: boolean.notNull },
  sql: ({ authorId }) =>
    `SELECT ${isTrusted(authorId, {
      table: "comment",
      approved: "w.held IS NULL AND w.moderation IS NOT NULL AND w.moderation ->> 'reason' IS NULL",
      hidden: "w.held = 'hidden'",
      shown: "w.held IS NULL",
      since: "w.created_at",
      order: "w.id",
    })} AS trusted`,
});
