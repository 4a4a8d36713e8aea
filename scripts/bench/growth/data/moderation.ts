import { type Rows, rows } from "../rows.ts";
import { at, idOf, type Size, type Users, uuid } from "../size.ts";

/** Cases of one author, most of them open, and one that very many reported. */
export function moderation({ posts, likes, ended }: Size, { author }: Users): Rows[] {
  const made = { created_at: at(posts) };
  const standing = `'{"state": "open", "action": null, "reason": null, "until": null, "held": false, "appeal": null, "decidedBy": null, "claimedBy": null, "claimedUntil": null}'::jsonb`;
  return [
    rows("seen_text", ended, { hash: "'text ' || n", author_id: idOf("user", "n"), at: "$3::timestamptz - interval '60 days'" }),
    rows("classifier_question", ended, {
      target_type: "'post'",
      target_id: idOf("othersPost", "n"),
      author_id: idOf("user", "n"),
      content: "'text ' || n",
      due_at: "$3::timestamptz + interval '300 days' + n * interval '1 second'",
    }),
    rows("moderation_case", posts, {
      ...made,
      id: idOf("case", "n"),
      target_type: "'post'",
      target_id: idOf("post", "n"),
      author_id: uuid(author),
      content: "'post number ' || n",
      state: "CASE WHEN n % 10 = 0 THEN 'approved' ELSE 'open' END",
      reasons: "'{spam}'",
      reports: "1",
    }),
    rows("report", likes, { id: idOf("report", "n"), case_id: idOf("case", "1"), reporter_id: idOf("user", "n"), reason: "'spam'", created_at: at(likes) }),
    rows("audit_entry", posts, { ...made, id: idOf("report", "n"), case_id: idOf("case", "n"), step: "'open'", after: standing, revision: "1" }),
  ];
}
