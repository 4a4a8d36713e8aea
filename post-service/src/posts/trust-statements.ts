import { boolean, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isTrusted } from "@newfeed/shared/store/trust.ts";

/** SQL: is an author trusted, by their posts? */
export const isTrustedAuthor = (author: string) =>
  isTrusted(author, {
    table: "post",
    approved: "w.status = 'published' AND w.moderation IS NOT NULL AND w.moderation ->> 'reason' IS NULL",
    hidden: "w.status = 'hidden'",
    shown: "w.status = 'published' AND w.visibility = 'public'",
    since: "w.published_at",
    order: "w.published_at, w.id",
  });

export const findTrust = statement({
  parameters: { authorId: userId },
  row: { trusted: boolean.notNull },
  sql: ({ authorId }) => `SELECT ${isTrustedAuthor(authorId)} AS trusted`,
});
