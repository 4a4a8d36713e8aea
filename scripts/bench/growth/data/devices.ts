import { type Rows, rows } from "../rows.ts";
import { at, idOf, type Size, type Users, uuid } from "../size.ts";

const longAgo = "$3::timestamptz - interval '60 days'";

/** A device of each user, and of the author what was pushed there: some of it is to be kept, some to go. */
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
    rows("acknowledgement", ended, { user_id: uuid(author), notification_id: idOf("notification", "n"), at: longAgo }),
  ];
}
