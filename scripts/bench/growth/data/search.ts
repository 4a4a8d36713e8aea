import { type Rows, rows } from "../rows.ts";
import { at, idOf, type Size, type Users, uuid } from "../size.ts";
import { endedSuspensions } from "./people.ts";

const longAgo = "$3::timestamptz - interval '500 days'";

/** Public posts as the search finds them: words that all have, that some have, and that few have. Words that nobody has used for long. */
export function searchIndex(size: Size, { author }: Users): Rows[] {
  const { posts, othersPosts, ended } = size;
  const indexed = (count: number, by: string, words: string) => ({
    revision: "1",
    published_at: at(count),
    vector: `(to_tsvector('simple', ${words}) || array_to_tsvector(ARRAY['by:' || ${by}, 'is:public']))`,
  });
  return [
    endedSuspensions("suspension", size, { since: longAgo }),
    rows("indexed_post", posts, { ...indexed(posts, uuid(author), "'post number ' || n"), id: idOf("post", "n") }),
    rows("indexed_post", othersPosts, {
      ...indexed(othersPosts, idOf("user", "1 + n % 100"), "'another post number ' || n || ' rare' || n / 20 || ' some' || n % 40"),
      id: idOf("othersPost", "n"),
      tags: "CASE WHEN n % 2 = 0 THEN ARRAY['many'] ELSE ARRAY['some' || n % 50] END",
    }),
    rows("spelling", othersPosts, { word: "'rare' || n" }),
    rows("indexed_post", ended, { id: idOf("ended", "n"), revision: "2", published_at: longAgo, deleted: "true", changed_at: longAgo }),
    rows("spelling", ended, { word: "'forgotten' || n", seen_at: longAgo }),
  ];
}
