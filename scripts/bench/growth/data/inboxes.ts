import { type Rows, row, rows } from "../rows.ts";
import { at, idOf, keptEntriesOf, type Size, type Users, uuid } from "../size.ts";

const longAgo = "$3::timestamptz - interval '400 days'";
const entriesOfStream = 5;

/**
 * The author's inbox, unread, half of it about the commenter; the groups of those who like the popular post and who commented it; its posts as they
 * are known here; streams with entries; streams that are closed; entries, versions and changes that are too old.
 */
export function inboxes(size: Size, { author, commenter }: Users): Rows[] {
  const { notifications, posts, likes, ended } = size;
  const popular = idOf("popularPost", 1);
  const summary = { author_id: uuid(author), visibility: "'public'", status: "'published'", revision: "1" };
  const [group, commented] = [idOf("group", 1), idOf("group", 2)];
  const entry = (stream: string, type: string) => ({
    stream,
    aggregate_type: `'${type}'`,
    actor_id: idOf("user", "n"),
    type: type === "comment" ? "'comment_created'" : "'notification'",
    revision: "1",
    data: `jsonb_build_object('id', ${idOf("comment", "n")}, 'text', repeat('x', 400))`,
  });
  const kept = keptEntriesOf(size);
  const [own, ofPost] = [`'user:${author}'`, `'post:' || ${popular}`];
  return [
    rows("notification", notifications, {
      id: idOf("notification", "n"),
      user_id: uuid(author),
      type: "'new_comment'",
      category: "'comments'",
      actor_id: `CASE n % 2 WHEN 0 THEN ${uuid(commenter)} ELSE ${idOf("user", "n")} END`,
      post_id: `CASE n % 2 WHEN 0 THEN ${idOf("post", `1 + n % ${posts}`)} ELSE ${popular} END`,
      comment_id: `CASE n % 2 WHEN 0 THEN ${idOf("comment of the commenter", "n")} ELSE ${idOf("comment", "n")} END`,
      comment_content: "'Comment number ' || n",
      created_at: at(notifications),
      updated_at: at(notifications),
    }),
    rows("notification", ended, {
      id: "('01000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
      user_id: idOf("user", "n"),
      type: "'welcome'",
      read_at: longAgo,
      created_at: longAgo,
      updated_at: longAgo,
    }),
    row("notification", {
      id: group,
      user_id: uuid(author),
      type: "'post_liked'",
      category: "'likes'",
      group_key: `'post_liked:' || ${popular}`,
      actor_id: idOf("user", likes),
      count: String(likes),
      post_id: popular,
    }),
    rows("notification_preferences", likes, { user_id: idOf("user", "n"), choices: `'{"post_reposted": {"inbox": false}}'::jsonb` }),
    // Of one who publishes nothing here: lines that wait for what they cause would wait for very many batches.
    rows("bell", likes, { user_id: idOf("user", "n"), author_id: uuid(commenter) }),
    rows("word_filter", likes, { user_id: idOf("user", "n"), words: `'[{"word": "nothing of it", "until": null}]'::jsonb` }),
    rows("post_mute", likes, { post_id: popular, user_id: idOf("user", "n"), until: "'infinity'" }),
    rows("post_mute", posts, { post_id: idOf("post", "n"), user_id: uuid(commenter), until: "'infinity'" }),
    rows("post_mute", ended, { post_id: idOf("othersPost", "n"), user_id: idOf("user", "n"), until: longAgo }),
    rows("notification_actor", likes, { notification_id: group, actor_id: idOf("user", "n"), user_id: uuid(author), added_at: at(likes) }),
    row("notification", {
      id: commented,
      user_id: uuid(author),
      type: "'new_comment'",
      category: "'comments'",
      group_key: `'new_comment:' || ${popular}`,
      actor_id: idOf("user", likes),
      count: String(likes),
      post_id: popular,
    }),
    rows("notification_actor", likes, { notification_id: commented, actor_id: idOf("user", "n"), user_id: uuid(author), added_at: at(likes) }),
    rows("notification_comment", likes, {
      notification_id: commented,
      actor_id: idOf("user", "n"),
      comment_id: idOf("comment of a group", "n"),
      content: "'Me too ' || n",
    }),
    rows("post_summary", posts, { ...summary, id: idOf("post", "n"), content: "'Post number ' || n" }),
    row("post_summary", { ...summary, id: popular, content: "'What all talk about'" }),
    rows("stream", ended, { id: `'post:' || ${idOf("ended", "n")}`, top: String(entriesOfStream), closed_at: "$3::timestamptz" }),
    rows("stream_entry", ended * entriesOfStream, {
      ...entry(`'post:' || ${idOf("ended", `1 + (n - 1) / ${entriesOfStream}`)}`, "comment"),
      aggregate_id: idOf("comment", "n"),
      '"offset"': `1 + (n - 1) % ${entriesOfStream}`,
    }),
    rows("stream", ended, { id: `'post:' || ${idOf("ended", `${ended} + n`)}`, top: "1", closed_at: longAgo }),
    rows("stream", ended, { id: `'user:' || ${idOf("user", "n")}`, top: String(entriesOfStream), due_at: "NULL", due_beyond: "10000" }),
    rows("stream_entry", ended * entriesOfStream, {
      ...entry(`'user:' || ${idOf("user", `1 + (n - 1) / ${entriesOfStream}`)}`, "notification"),
      aggregate_id: idOf("notification", "n"),
      '"offset"': `1 + (n - 1) % ${entriesOfStream}`,
      created_at: longAgo,
    }),
    row("stream", { id: own, top: String(kept) }),
    rows("stream_entry", kept, { ...entry(own, "notification"), aggregate_id: idOf("notification", "n"), '"offset"': "n", created_at: at(kept) }),
    row("stream", { id: ofPost, top: String(kept) }),
    rows("stream_entry", kept, { ...entry(ofPost, "comment"), aggregate_id: idOf("comment", "n"), '"offset"': "n", created_at: at(kept) }),
    ...["post", "comment"].map((type) =>
      rows("seen_aggregate", ended, { type: `'${type}'`, id: idOf("ended", "n"), revision: "2", deleted: "true", changed_at: longAgo }),
    ),
    rows("withdrawal", ended, { user_id: uuid(author), actor_id: idOf("user", "n"), subject: "'post_liked'", at: longAgo }),
    rows("access_change", ended, { change: "'{}'", created_at: longAgo }),
  ];
}

/** The author's inbox and stream are there already, with a welcome. */
export const countedInbox = ({ notifications }: Size, { author }: Users): string[] => [
  `UPDATE stream SET top = (SELECT max("offset") FROM stream_entry WHERE stream = id) WHERE id = 'user:${author}'`,
  `INSERT INTO inbox (user_id, unread) VALUES (${uuid(author)}, ${notifications + 2}) ON CONFLICT (user_id) DO UPDATE SET unread = inbox.unread + excluded.unread`,
];
