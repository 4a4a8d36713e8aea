import { type Rows, rows } from "../rows.ts";
import { idOf, type Size, type Users, uuid } from "../size.ts";

/** What the event store has of the popular post: as many events as comments, all of one author, one type and one request. */
export function storedEvents({ comments, ended }: Size, { author }: Users): Rows[] {
  const post = idOf("popularPost", 1);
  return [
    rows("event", comments, {
      // Of the month whose partition the migration has made.
      id: "uuidv7()",
      type: "'post.updated'",
      aggregate_type: "'post'",
      aggregate_id: post,
      revision: "n",
      actor_id: uuid(author),
      key: post,
      correlation_id: "'growth'",
      occurred_at: "$3::timestamptz",
      body: `'{"data": {"n": ' || n || '}}'`,
    }),
    rows("replay", ended, {
      id: idOf("ended", "n"),
      consumer: "'query-service'",
      from_id: post,
      to_id: post,
      position: post,
      rate: "100",
      state: "'done'",
      updated_at: "$3::timestamptz - interval '400 days'",
    }),
    rows("account_deletion", ended, {
      ...{ id: idOf("ended", "n"), waits_for: "ARRAY['post-service']" },
      ...{ begun_at: "$3::timestamptz - interval '400 days'", completed_at: "$3::timestamptz - interval '400 days'" },
    }),
    rows("deleted_subject", ended, { id: idOf("ended", "n"), deleted_at: "$3::timestamptz - interval '400 days'" }),
  ];
}
