import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { vacuum } from "@newfeed/shared/testing/vacuum.ts";
import type { System } from "../graph/system.ts";

/** Rows per statement: progress shows, and no statement takes long. */
const chunk = 100_000;
const idOf = (kind: "d" | "e", n: string) => `('01900000-000${kind}-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const person = (n: string) => idOf("d", n);
const post = (n: string) => idOf("e", n);

/** Posts that share a rare word. */
const sharing = 20;

/** What can be asked of what is built: a word of every second post, one of twenty posts, which begins no other, a beginning, a mistake. */
export const queriesOf = ({ posts }: SearchPlan) => ({
  common: "weather",
  rare: `rare${10 ** Math.floor(Math.log10(posts / sharing))}`,
  prefix: "weath",
  misspelling: "weahter",
});

/** SQL of the words of post `n`. */
const words = `'post number ' || n || ' rare' || n / ${sharing} || ' some' || n % 1000 || CASE n % 2 WHEN 0 THEN ' about the weather of today' ELSE ' about nothing at all' END`;

export interface SearchPlan {
  posts: number;
  people: number;
  /** Posts of the newest that have comments, so many each. */
  commented: number;
  comments: number;
}

/** Builds people, posts and their index with set-based SQL, as the services would have them, and has the planner know them. */
export async function buildPosts(
  { user, post: posts, comment, query }: System["databases"],
  plan: SearchPlan,
  progress: (line: string) => void,
): Promise<void> {
  async function insert(database: RawDatabase, what: string, count: number, sql: string): Promise<void> {
    for (let from = 1; from <= count; from += chunk) {
      await database.transaction(async (run) => {
        await run("SET LOCAL statement_timeout = 0; SET LOCAL synchronous_commit = off");
        await run(`${sql} FROM generate_series($1::int, $2::int) n`, [from, Math.min(from + chunk - 1, count)]);
      });
      progress(`${what}: ${Math.min(from + chunk - 1, count).toLocaleString("en")} of ${count.toLocaleString("en")}`);
    }
  }
  const author = person(`1 + n % ${plan.people}`);
  const at = `now() - (${plan.posts} - n) * interval '20 seconds'`;
  await insert(
    user,
    "people",
    plan.people,
    `INSERT INTO profile (id, username, full_name, indexed_names) SELECT ${person("n")}, 'reader_' || n, 'Reader ' || n, 'reader_' || n || ' Reader ' || n`,
  );
  for (const [name, database] of Object.entries({ post: posts, comment }))
    await insert(
      database,
      `people of ${name}-service`,
      plan.people,
      `INSERT INTO projection.author (id, username, full_name, revision) SELECT ${person("n")}, 'reader_' || n, 'Reader ' || n, 1`,
    );
  await insert(
    posts,
    "posts",
    plan.posts,
    `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
     SELECT ${post("n")}, ${author}, ${words}, 'TEXT', 'public', 'published', '[]', '{}', ${at}, ${at}, ${at}`,
  );
  await insert(
    query,
    "indexed posts",
    plan.posts,
    `INSERT INTO indexed_post (id, revision, published_at, vector)
     SELECT ${post("n")}, 1, ${at}, setweight(to_tsvector('simple', ${words}), 'B') || array_to_tsvector(ARRAY['by:' || ${author}, 'is:public'])`,
  );
  await insert(query, "words", Math.ceil(plan.posts / sharing), "INSERT INTO spelling (word) SELECT translate('rare' || n, '0123456789', 'abcdefghij') ");
  await query.query("INSERT INTO spelling (word) VALUES ('weather'), ('today'), ('nothing') ON CONFLICT DO NOTHING");
  // Those from before the index are there.
  await query.query("INSERT INTO indexing_position (done) VALUES (true) ON CONFLICT (id) DO UPDATE SET done = true");
  const commented = `(${plan.posts} - n / ${plan.comments})`;
  await insert(
    comment,
    "comments",
    plan.commented * plan.comments,
    `INSERT INTO comment (id, post_id, post_author_id, author_id, content, visibility, created_at, updated_at)
     SELECT uuidv7(), ${post(commented)}, ${person(`1 + ${commented} % ${plan.people}`)}, ${author}, 'Comment number ' || n, 'public', now() - n * interval '1 second', now()`,
  );
  // Otherwise autovacuum would run during the measurement.
  for (const database of [user, posts, comment, query]) await vacuum(database.query);
  await query.query("CHECKPOINT");
}

/** The ids of the newest posts. */
export const newestPosts = async ({ post: posts }: System["databases"], count: number): Promise<string[]> =>
  (await posts.query<{ id: string }>("SELECT id FROM post ORDER BY id DESC LIMIT $1", [count])).map(({ id }) => id);
