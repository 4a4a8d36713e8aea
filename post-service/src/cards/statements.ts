import { array, boolean, postId, text, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isOld } from "./card-column.ts";

/** Down to what the column holds: rounded up, it would lie ahead. */
const atOnce = "date_trunc('milliseconds', now())";

/** What these posts would have read: cards that are not there, or old. */
export const findUnread = statement({
  parameters: { ids: array(postId) },
  row: { url: text.notNull, authorId: userId },
  sql: ({ ids }) =>
    `SELECT DISTINCT ON (p.card_url) p.card_url AS url, p.author_id FROM post p LEFT JOIN link_card c ON c.url = p.card_url
     WHERE p.id = ANY(${ids}) AND p.card_url IS NOT NULL AND p.status = 'published' AND (c.url IS NULL OR ${isOld}) ORDER BY p.card_url, p.id`,
});

/** Asks for the cards of published posts, but for those of some URLs. Gives whether each is to be read. */
export const request = statement({
  parameters: { ids: array(postId), without: array(text) },
  row: { due: boolean.notNull },
  sql: ({ ids, without }) =>
    `INSERT INTO link_card AS c (url, due_at)
     SELECT DISTINCT card_url, ${atOnce} FROM post WHERE id = ANY(${ids}) AND card_url IS NOT NULL AND status = 'published' AND card_url <> ALL(${without}) ORDER BY card_url
     ON CONFLICT (url) DO UPDATE SET used_at = now(), due_at = CASE WHEN ${isOld} THEN ${atOnce} ELSE c.due_at END
     RETURNING coalesce(c.due_at <= now(), false) AS due`,
});

/** The one that has waited longest, for a minute: who takes it and ends leaves it to another. */
export const take = statement({
  row: { url: text },
  sql: `UPDATE link_card SET due_at = now() + interval '1 minute'
    WHERE url = (SELECT url FROM link_card WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING url`,
  plan: "each time",
});

/** It is taken again moments later. */
export const defer = statement({
  parameters: { url: text },
  sql: ({ url }) => `UPDATE link_card SET due_at = now() + interval '4 seconds' WHERE url = ${url}`,
});

/** A page that cannot be read now keeps the card that it had. Gives whether the card is another now. */
export const save = statement({
  parameters: { url: text, title: text.nullable, description: text, siteName: text },
  row: { changed: boolean.notNull },
  sql: ({ url, title, description, siteName }) =>
    `UPDATE link_card c SET read_at = now(), due_at = NULL, title = coalesce(${title}, c.title),
       description = CASE WHEN ${title} IS NULL THEN c.description ELSE ${description} END,
       site_name = CASE WHEN ${title} IS NULL THEN c.site_name ELSE ${siteName} END
     FROM (SELECT * FROM link_card WHERE url = ${url} FOR UPDATE) before WHERE c.url = before.url
     RETURNING (c.title, c.description, c.site_name) IS DISTINCT FROM (before.title, before.description, before.site_name) AS changed`,
});

/** The newest published posts with a card become others: a card of theirs has changed. Locked in id order. */
export const renewPosts = statement({
  parameters: { url: text },
  row: { id: postId, authorId: userId },
  sql: ({ url }) =>
    `WITH newest AS MATERIALIZED (SELECT id FROM post WHERE card_url = ${url} AND status = 'published' ORDER BY id DESC LIMIT 100),
     locked AS MATERIALIZED (SELECT id FROM post WHERE id = ANY(ARRAY(SELECT id FROM newest)) ORDER BY id FOR UPDATE)
     UPDATE post SET revision = revision + 1 FROM locked WHERE post.id = locked.id RETURNING post.id, post.author_id`,
  plan: "each time",
});

/** A card goes a week after it was last used. */
export const unused = removal({ table: "link_card", at: "used_at", after: "7 days" });
/** Where no links are read, it goes at once. */
export const all = removal({ table: "link_card", at: "used_at", after: "0 days" });
