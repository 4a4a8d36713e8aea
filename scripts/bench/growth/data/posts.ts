import { type Rows, row, rows } from "../rows.ts";
import { at, idOf, type Size, type Users, uuid } from "../size.ts";

const longAgo = "$3::timestamptz - interval '400 days'";
const newest = "$3::timestamptz - interval '30 seconds'";
const post = { post_type: "'TEXT'", visibility: "'public'", status: "'published'", attachments: "'[]'", links: "'{}'" };
const scheduled = { status: "'scheduled'", created_at: longAgo, updated_at: longAgo };
const later = "$3::timestamptz + interval '300 days' + n * interval '1 second'";
const mute = { until: "'infinity'", muted_at: "$3::timestamptz" };
const published = (time: string) => ({ published_at: time, created_at: time, updated_at: time });

/** Of an upload that a post shows. */
const picture = `'[{"kind": "image", "store": "local", "path": "evening.png", "thumbnailPath": null, "width": 16, "height": 10, "blurhash": null}]'::jsonb`;
/** The first link of very many posts. */
export const linkOfMany = "https://example.com/";
const linkOf = "'https://example.com/' || n";
const card = { title: "'What it says of itself'", read_at: newest, used_at: newest };

/** Posts with their likes, counted comments, and the materialised feeds of some followers. `largeFrom` followers make a large author. */
export function posts(size: Size, { author, commenter, follower }: Users, largeFrom: number): Rows[] {
  const readers = size.followees;
  const isLarge = size.followers >= largeFrom;
  const feed = { floor_at: "'-infinity'::timestamptz", floor_id: uuid("00000000-0000-0000-0000-000000000000") };
  const popular = idOf("popularPost", 1);
  return [
    rows("post", size.posts, {
      ...post,
      ...published(at(size.posts)),
      id: idOf("post", "n"),
      author_id: uuid(author),
      content: "'Post number ' || n",
      attachments: `CASE WHEN n % 3 > 0 THEN jsonb_set(${picture}, '{0,id}', to_jsonb(${idOf("upload", "n")})) ELSE '[]' END`,
      card_url: linkOf,
      tags: `CASE WHEN n > ${size.ended} THEN '{}'::text[] END`,
    }),
    row("post", {
      ...post,
      ...published(newest),
      id: popular,
      author_id: uuid(author),
      content: "'What all talk about'",
      like_count: String(size.likes),
      comment_count: String(size.comments + size.replies),
      repost_count: String(size.likes),
      poll_options: "ARRAY['Yes', 'No']",
      poll_votes: `ARRAY[${size.likes}, 0]`,
      poll_seconds: "86400",
      poll_ends_at: "$3::timestamptz + interval '1 day'",
    }),
    rows("post", size.othersPosts, {
      ...post,
      ...published(at(size.othersPosts)),
      id: idOf("othersPost", "n"),
      author_id: idOf("user", `1 + n % ${size.followees}`),
      content: "'Another post, number ' || n",
      category: "CASE WHEN n % 2 = 0 THEN 'many' END",
      quoted_post_id: popular,
      card_url: `'${linkOfMany}'`,
      tags: "ARRAY[CASE WHEN n % 2 = 0 THEN 'many' ELSE 'some' || n % 50 END]",
    }),
    // Those of the author, as many as there may be, and those of others.
    rows("post", 100, { ...post, ...scheduled, id: idOf("scheduled", "n"), author_id: uuid(author), content: "'Later'", publish_at: later }),
    rows("post", size.othersPosts, {
      ...{ ...post, ...scheduled, id: idOf("scheduled", "100 + n"), author_id: idOf("user", `1 + n % ${size.followees}`) },
      ...{ content: "'Later'", publish_at: later },
    }),
    rows("summary_request", size.othersPosts, { post_id: idOf("othersPost", "n"), due_at: later }),
    row("link_card", { ...card, url: `'${linkOfMany}'` }),
    rows("link_card", size.posts, { ...card, url: linkOf }),
    rows("link_card", size.ended, { ...card, url: "'https://example.com/ended/' || n", used_at: longAgo }),
    rows("draft", 100, { id: idOf("draft", "n"), user_id: uuid(author), content: "'{}'", created_at: longAgo, updated_at: longAgo }),
    rows("draft", size.othersPosts, {
      ...{ id: idOf("draft", "100 + n"), user_id: idOf("user", `1 + n % ${size.followees}`), content: "'{}'", created_at: longAgo, updated_at: longAgo },
    }),
    row("category", { slug: "'many'", name: "'Many'", position: "0" }),
    rows("post_tag", size.othersPosts, {
      post_id: idOf("othersPost", "n"),
      tag: "CASE WHEN n % 2 = 0 THEN 'many' ELSE 'some' || n % 50 END",
      author_id: idOf("user", `1 + n % ${size.followees}`),
      published_at: at(size.othersPosts),
    }),
    rows("tag_follow", 40, { user_id: uuid(follower), tag: "CASE WHEN n = 1 THEN 'many' ELSE 'some' || n END" }),
    rows("post_like", size.likes, { id: idOf("like", "n"), post_id: popular, user_id: idOf("user", "n"), active: "true" }),
    rows("post_like", size.posts, { id: idOf("like", `${size.likes} + n`), post_id: idOf("post", "n"), user_id: uuid(commenter), active: "true" }),
    row("projection.preferences", { user_id: uuid(commenter), who_may_comment: "'everyone'", public_likes: "true", revision: "1" }),
    rows("post_repost", size.likes, { id: idOf("repost", "n"), post_id: popular, user_id: idOf("user", "n"), active: "true" }),
    rows("post_repost", size.posts, { id: idOf("repost", `${size.likes} + n`), post_id: idOf("post", "n"), user_id: uuid(commenter), active: "true" }),
    // By those whom the follower follows, of posts by others of them.
    rows("post_repost", size.othersPosts, {
      id: idOf("repost", `${size.likes + size.posts} + n`),
      post_id: idOf("othersPost", "n"),
      user_id: idOf("user", `2 + n % ${size.followees}`),
      active: "true",
      changed_at: at(size.othersPosts),
    }),
    rows("post_repost", size.ended, {
      id: idOf("ended", "n"),
      post_id: idOf("othersPost", "n"),
      user_id: idOf("user", "n"),
      active: "false",
      changed_at: longAgo,
    }),
    rows("poll_vote", size.likes, { post_id: popular, user_id: idOf("user", "n"), option: "0" }),
    rows("poll_vote", size.posts, { post_id: idOf("post", "n"), user_id: uuid(commenter), option: "0" }),
    rows("post_bookmark", size.likes, { post_id: popular, user_id: idOf("user", "n") }),
    rows("post_bookmark", size.posts, { post_id: idOf("post", "n"), user_id: uuid(commenter) }),
    rows("post_mute", size.likes, { ...mute, id: idOf("mute", "n"), post_id: popular, user_id: idOf("user", "n") }),
    rows("post_mute", size.posts, { ...mute, id: idOf("mute", `${size.likes} + n`), post_id: idOf("post", "n"), user_id: uuid(commenter) }),
    rows("post_mute", size.ended, { ...mute, id: idOf("ended", "n"), post_id: idOf("othersPost", "n"), user_id: idOf("user", "n"), until: longAgo }),
    rows("post_like", size.ended, {
      id: idOf("ended", "n"),
      post_id: idOf("othersPost", "n"),
      user_id: idOf("user", "n"),
      active: "false",
      changed_at: longAgo,
    }),
    rows("counted_comment", size.comments, { comment_id: idOf("comment", "n"), post_id: popular, revision: "1", deleted: "false" }),
    rows("counted_comment", size.replies, { comment_id: idOf("reply", "n"), post_id: popular, revision: "1", deleted: "false" }),
    rows("counted_comment", size.comments, {
      comment_id: idOf("comment of the commenter", "n"),
      post_id: idOf("post", `1 + n % ${size.posts}`),
      revision: "1",
      deleted: "false",
    }),
    rows("counted_comment", size.ended, { comment_id: idOf("ended", "n"), post_id: idOf("post", "n"), revision: "2", deleted: "true", changed_at: longAgo }),
    // Of those who read lately, and of as many who have not come for long.
    rows("materialised_feed", readers, { ...feed, user_id: idOf("user", "n"), trimmed_at: longAgo }),
    rows("materialised_feed", readers, { ...feed, user_id: idOf("user", `${readers} + n`), seen_at: longAgo }),
    rows("feed_item", readers * 20, {
      user_id: idOf("user", "1 + n / 10"),
      published_at: at(size.othersPosts, `1 + n % ${size.othersPosts}`),
      post_id: idOf("othersPost", `1 + n % ${size.othersPosts}`),
      author_id: idOf("user", `1 + (1 + n % ${size.othersPosts}) % ${size.followees}`),
    }),
    rows("feed_item", readers * 10, {
      user_id: idOf("user", "1 + n / 10"),
      published_at: `${at(size.othersPosts, `1 + n % ${size.othersPosts}`)} + interval '1 second'`,
      post_id: idOf("othersPost", `1 + n % ${size.othersPosts}`),
      author_id: idOf("user", `1 + (1 + n % ${size.othersPosts}) % ${size.followees}`),
      reposter_id: idOf("user", `2 + (1 + n % ${size.othersPosts}) % ${size.followees}`),
    }),
    ...(isLarge
      ? [
          row("large_author", { author_id: uuid(author) }),
          rows("materialised_feed_author", readers * 2, { user_id: idOf("user", "n"), author_id: uuid(author) }),
        ]
      : [
          rows("feed_item", readers * 2, {
            user_id: idOf("user", "n"),
            published_at: at(size.posts),
            post_id: idOf("post", "n"),
            author_id: uuid(author),
          }),
        ]),
  ];
}
