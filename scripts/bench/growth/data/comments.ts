import { type Rows, row, rows } from "../rows.ts";
import { at, idOf, type Size, type Users, uuid } from "../size.ts";

const longAgo = "$3::timestamptz - interval '400 days'";

/** Comments of the popular post, replies to its oldest one, whom many like too, and the comments and likes of the commenter. */
export function comments({ comments, replies, likes, posts, ended }: Size, { author, commenter }: Users): Rows[] {
  const popular = idOf("popularPost", 1);
  const onPopular = { post_id: popular, post_author_id: uuid(author), visibility: "'public'" };
  const written = (time: string) => ({ created_at: time, updated_at: time });
  return [
    rows("comment", comments, {
      ...onPopular,
      ...written(at(comments)),
      id: idOf("comment", "n"),
      author_id: idOf("user", "n"),
      content: "'Comment number ' || n",
      like_count: `CASE n WHEN 1 THEN ${likes} ELSE 0 END`,
      reply_count: `CASE n WHEN 1 THEN ${replies} ELSE 0 END`,
    }),
    rows("comment", replies, {
      ...onPopular,
      ...written(at(replies)),
      id: idOf("reply", "n"),
      parent_comment_id: idOf("comment", 1),
      root_comment_id: idOf("comment", 1),
      depth: "1",
      parent_author_id: idOf("user", 1),
      author_id: idOf("user", "n + 1"),
      content: "'Reply number ' || n",
    }),
    rows("comment", comments, {
      ...written(at(comments)),
      id: idOf("comment of the commenter", "n"),
      post_id: idOf("post", `1 + n % ${posts}`),
      post_author_id: uuid(author),
      visibility: "'public'",
      author_id: uuid(commenter),
      content: "'Another comment, number ' || n",
    }),
    rows("comment_like", likes, { id: idOf("like", "n"), comment_id: idOf("comment", 1), user_id: idOf("user", "n"), active: "true" }),
    rows("comment_like", replies, { id: idOf("like", `${likes} + n`), comment_id: idOf("comment", "n + 1"), user_id: uuid(commenter), active: "true" }),
    rows("comment_like", ended, { id: idOf("ended", "n"), comment_id: idOf("reply", "n"), user_id: idOf("user", "n"), active: "false", changed_at: longAgo }),
    row("commented_post", { post_id: popular }),
    rows("commented_post", posts, { post_id: idOf("post", "n") }),
    rows("commented_post", ended, { post_id: idOf("ended", "n"), deleted: "true", changed_at: longAgo }),
  ];
}

export const countedLikes = ({ replies }: Size): string[] => [
  `UPDATE comment SET like_count = 1 WHERE id IN (SELECT ${idOf("comment", "n + 1")} FROM generate_series(1, ${replies}) n)`,
];
