import type { RawDatabase, RawQuery } from "@newfeed/shared/ports/database.ts";
import { vacuum } from "@newfeed/shared/testing/vacuum.ts";

/** The databases that hold follows. */
export interface GraphDatabases {
  user: RawDatabase;
  post: RawDatabase;
  notification: RawDatabase;
}

export interface GraphPlan {
  /** Id of a user who gets `followers` followers. */
  author: string;
  followers: number;
  /** Id of a user who follows `followees` authors, `author` among them. */
  reader: string;
  followees: number;
  /** Posts of each of these authors, spread over the last 30 days. */
  postsPerFollowee: number;
  /** How many of these authors have more followers than the limit of fan-out on write. */
  largeFollowees: number;
  /** Id of a user who follows `few` of the reader's followees. */
  fewReader: string;
  few: number;
  /** Id of a user who gets `readers` followers, all with a materialised feed and ten more followees each. */
  readAuthor: string;
  readers: number;
}

/** Rows per statement: progress shows, and no statement takes long. */
const chunk = 100_000;
/** Ids of generated users sort by their number, as UUIDv7s sort by time; `kind` tells followers from followees. */
const idOf = (kind: "f" | "a", n: string) => `('01900000-000${kind}-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

/** Runs statements in one transaction, without the statement timeout. */
const withoutTimeout = (database: RawDatabase, work: (query: RawQuery) => Promise<unknown>) =>
  database.transaction(async (query) => {
    await query("SET LOCAL statement_timeout = 0");
    await query("SET LOCAL synchronous_commit = off");
    await work(query);
  });

/**
 * Writes a large follow graph with set-based SQL into the services' tables and projections; the services materialise the
 * feeds of the users with accounts themselves. Vacuums and writes a checkpoint at the end. Each database has one
 * connection.
 */
export async function buildGraph({ user, post, notification }: GraphDatabases, plan: GraphPlan, progress: (line: string) => void): Promise<void> {
  const started = performance.now();
  const report = (line: string) => progress(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}`);

  async function addUsers(kind: "f" | "a", count: number) {
    for (let from = 1; from <= count; from += chunk) {
      const range = [from, Math.min(from + chunk - 1, count), plan.author];
      await withoutTimeout(user, (query) =>
        query(
          `INSERT INTO profile (id, username, full_name, follower_count, following_count)
           SELECT ${idOf(kind, "n")}, 'graph_${kind}' || n, 'Graph ' || n, 0, 1 FROM generate_series($1::int, $2::int) n WHERE ${idOf(kind, "n")} <> $3::uuid
           ON CONFLICT DO NOTHING`,
          range,
        ),
      );
      for (const database of [post, notification])
        await withoutTimeout(database, (query) =>
          query(
            `INSERT INTO projection.author (id, username, full_name, revision)
             SELECT ${idOf(kind, "n")}, 'graph_${kind}' || n, 'Graph ' || n, 1 FROM generate_series($1::int, $2::int) n WHERE ${idOf(kind, "n")} <> $3::uuid
             ON CONFLICT DO NOTHING`,
            range,
          ),
        );
    }
  }

  /** Inserts follows; `follower` and `followee` are SQL expressions of `n`. */
  async function addFollows(follower: string, followee: string, count: number, what: string) {
    for (let from = 1; from <= count; from += chunk) {
      const range = [from, Math.min(from + chunk - 1, count)];
      await Promise.all([
        withoutTimeout(user, (query) =>
          query(
            `INSERT INTO follow (id, follower_id, followee_id, active, changed_at)
             SELECT uuidv7(), ${follower}, ${followee}, true, now() - n * interval '1 second' FROM generate_series($1::int, $2::int) n ON CONFLICT DO NOTHING`,
            range,
          ),
        ),
        ...[post, notification].map((database) =>
          withoutTimeout(database, (query) =>
            query(
              `INSERT INTO projection.follow (follower_id, followee_id, active, revision)
               SELECT ${follower}, ${followee}, true, 1 FROM generate_series($1::int, $2::int) n ON CONFLICT DO NOTHING`,
              range,
            ),
          ),
        ),
      ]);
      report(`${what}: ${range[1]?.toLocaleString("en")} of ${count.toLocaleString("en")}`);
    }
  }

  const uuid = (id: string) => `'${id}'::uuid`;
  await addUsers("f", plan.followers);
  report(`${plan.followers.toLocaleString("en")} users`);
  await addFollows(idOf("f", "n"), uuid(plan.author), plan.followers, "followers of one author");

  await addUsers("a", plan.followees);
  await addFollows(uuid(plan.reader), `CASE n WHEN 1 THEN ${uuid(plan.author)} ELSE ${idOf("a", "n")} END`, plan.followees, "followees of one reader");
  await addFollows(uuid(plan.fewReader), idOf("a", `n + ${plan.largeFollowees + 1}`), plan.few, "followees of another");
  await addFollows(idOf("f", "n"), uuid(plan.readAuthor), plan.readers, "followers who read");
  // Spread over the authors, so that adjacent readers share none.
  const tenOf = idOf("a", `2 + ((n / 10) * 37 + (n % 10) * 997) % ${plan.followees - 1}`);
  await addFollows(idOf("f", "1 + n / 10"), tenOf, (plan.readers - 1) * 10, "their followees");

  await withoutTimeout(post, async (query) => {
    await query(
      `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
       SELECT uuidv7(at - now()), author_id, 'Post number ' || k || '.', 'TEXT', 'public', 'published', '[]', '{}', at, at, at
       FROM (SELECT ${idOf("a", "n")} AS author_id, k, now() - random() * interval '30 days' AS at
             FROM generate_series(2, $1::int) n, generate_series(1, $2::int) k ORDER BY at) written`,
      [plan.followees, plan.postsPerFollowee],
    );
    await query(`INSERT INTO large_author SELECT ${idOf("a", "n")} FROM generate_series(2, $1::int) n`, [plan.largeFollowees + 1]);
  });
  report(`${(plan.followees * plan.postsPerFollowee).toLocaleString("en")} posts`);

  await withoutTimeout(post, async (query) => {
    const followeesOfReaders = "materialised_feed r JOIN projection.follow f ON f.follower_id = r.user_id AND f.active";
    await query(
      `INSERT INTO materialised_feed (user_id, floor_at, floor_id) SELECT ${idOf("f", "n")}, '-infinity', '00000000-0000-0000-0000-000000000000' FROM generate_series(1, $1::int) n`,
      [plan.readers],
    );
    await query(
      `INSERT INTO materialised_feed_author (user_id, author_id) SELECT r.user_id, l.author_id FROM ${followeesOfReaders} JOIN large_author l ON l.author_id = f.followee_id`,
    );
    await query(
      `INSERT INTO feed_item (user_id, published_at, post_id, author_id)
       SELECT r.user_id, p.published_at, p.id, p.author_id FROM ${followeesOfReaders} JOIN post p ON p.author_id = f.followee_id
       WHERE NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = f.followee_id)`,
    );
  });
  report(`${plan.readers.toLocaleString("en")} materialised feeds`);

  await withoutTimeout(user, async (query) => {
    await query("UPDATE profile SET follower_count = $2 WHERE id = $1::uuid", [plan.author, plan.followers + 1]);
    await query("UPDATE profile SET following_count = $2 WHERE id = $1::uuid", [plan.reader, plan.followees]);
    await query("UPDATE profile SET following_count = $2 WHERE id = $1::uuid", [plan.fewReader, plan.few]);
    await query("UPDATE profile SET follower_count = $2 WHERE id = $1::uuid", [plan.readAuthor, plan.readers]);
  });
  // Otherwise autovacuum and the checkpoint would run during the measurement.
  for (const { query } of [user, post, notification]) await vacuum(query);
  await post.query("CHECKPOINT");
  report("vacuumed and checkpointed");
}
