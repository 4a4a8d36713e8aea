import { type Rows, rows } from "../rows.ts";
import { idOf, nthId, type Size, uuid } from "../size.ts";

const longAgo = "$3::timestamptz - interval '500 days'";
const hoursAgo = (hours: string) => `date_bin('1 hour', $3::timestamptz, 'epoch') - interval '1 hour' * (${hours})`;

const tagOf = (n: string) => `CASE WHEN ${n} % 2 = 0 THEN 'many' ELSE 'some' || ${n} % 50 END`;

/** Posts that people like, and tags that they use: a popular one that very many do, others that some do, and what no window reaches any more. */
export function popularity({ likes, othersPosts, ended }: Size): Rows[] {
  const popular = uuid(nthId("popularPost", 1));
  const like = { kind: "'like'", revision: "1", active: "true" };
  return [
    rows("reaction", likes, { ...like, id: idOf("like", "n"), post_id: popular, user_id: idOf("user", "n"), hour: hoursAgo("n % 160") }),
    rows("popularity_hour", 160, { post_id: popular, hour: hoursAgo("n"), weight: `${likes} / 160 + 1` }),
    rows("popularity", 1, { post_id: popular, is_public: "true", day: "0", week: "0", due_at: "$3::timestamptz + interval '1 hour'" }),
    rows("popularity_hour", othersPosts, { post_id: idOf("othersPost", "n"), hour: hoursAgo("1 + n % 100"), weight: "1 + n % 7" }),
    rows("popularity", othersPosts, {
      post_id: idOf("othersPost", "n"),
      is_public: "n % 10 > 0",
      day: "CASE WHEN n % 100 < 20 THEN n END",
      week: "n",
      due_at: "$3::timestamptz + interval '1 hour'",
    }),
    rows("reaction", ended, { ...like, id: idOf("ended", "n"), post_id: idOf("ended", "n"), user_id: idOf("user", "n"), hour: longAgo }),
    rows("popularity_hour", ended, { post_id: idOf("ended", "n"), hour: longAgo, weight: "1" }),
    // An hour left a window of some posts.
    rows("popularity", ended, { post_id: idOf("post", "n"), is_public: "true", week: "1", due_at: "$3::timestamptz - interval '1 minute'" }),
    rows("popularity", ended, { post_id: idOf("ended", "n"), is_public: "true", changed_at: longAgo }),
    rows("tag_use", othersPosts, { post_id: idOf("othersPost", "n"), tag: tagOf("n"), author_id: idOf("user", "n"), hour: hoursAgo("n % 30") }),
    rows("tagged_post", othersPosts, { post_id: idOf("othersPost", "n"), revision: "1", hour: hoursAgo("n % 30") }),
    rows("trend_hour", 51 * 23, { tag: tagOf("n / 23"), hour: hoursAgo("1 + n % 23"), authors: "3" }),
    rows("trend", 51, { tag: tagOf("n"), authors: "60 + n", score: "n", due_at: "$3::timestamptz + interval '1 hour'" }),
    rows("tag_use", ended, { post_id: idOf("ended", "n"), tag: "'ended'", author_id: idOf("user", "n"), hour: longAgo }),
    rows("tagged_post", ended, { post_id: idOf("ended", "n"), revision: "1", hour: longAgo }),
    rows("trend_hour", ended, { tag: "'ended' || n", hour: longAgo, authors: "1" }),
    // An hour left the window of some tags.
    rows("trend", ended, { tag: "'due' || n", authors: "1", score: "1", due_at: "$3::timestamptz - interval '1 minute'" }),
    rows("trend", ended, { tag: "'ended' || n", changed_at: longAgo }),
  ];
}
