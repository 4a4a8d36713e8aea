import { type Rows, rows } from "../rows.ts";
import { at, idOf, type Size, type Users, uuid } from "../size.ts";

const longAgo = "$3::timestamptz - interval '60 days'";

/** A device of each user, and of the author what was pushed there or mailed: some of it is to be kept, some to go. */
export function devices({ users, posts, ended }: Size, { author }: Users): Rows[] {
  const device = { kind: "'web'", name: "'A browser'", language: "'en'", target: "'none'" };
  const push = { owner_id: uuid(author), device_id: idOf("device", "1"), revision: "1", body: "'{}'", collapse_key: "'none'", urgency: "'normal'" };
  return [
    rows("device", users, { ...device, id: idOf("device", "n"), owner_id: idOf("user", "n"), session_id: idOf("device", "n"), address: "'device ' || n" }),
    rows("push", posts, {
      ...push,
      ...{ id: idOf("push", "n"), notification_id: idOf("notification", "n"), notified_at: at(posts), expires_at: "$3::timestamptz + interval '1 day'" },
    }),
    rows("push", ended, {
      ...push,
      ...{ id: idOf("push", `${posts} + n`), notification_id: idOf("notification", `${posts} + n`), notified_at: longAgo, expires_at: longAgo },
    }),
    ...[
      { count: posts, first: 0, newsAt: at(posts) },
      { count: ended, first: posts, newsAt: longAgo },
    ].flatMap(({ count, first, newsAt }) => {
      const told = { notification_id: idOf("notification", `${first} + n`), owner_id: uuid(author), news_at: newsAt, outcome: "'sent'", ended_at: newsAt };
      const mailId = idOf("mail", `${first} + n`);
      // Nothing of it is due: no mail is sent.
      const mail = { id: mailId, owner_id: uuid(author), digest: "false", items: "1", due_at: "$3::timestamptz + interval '1 day'", created_at: newsAt };
      return [
        rows("push_outcome", count, told),
        rows("mail", count, mail),
        rows("mail_item", count, { ...told, mail_id: mailId, revision: "1", type: "'post_liked'", body: "'{}'", notified_at: newsAt }),
      ];
    }),
    rows("acknowledgement", ended, { user_id: uuid(author), notification_id: idOf("notification", "n"), at: longAgo }),
  ];
}
