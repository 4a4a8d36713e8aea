import { type Rows, row, rows } from "../rows.ts";
import { at, idOf, nthId, type Size, type Users, uuid } from "../size.ts";

/** The webhook of the author that was told the most: it is not enabled, so that none of it is sent. */
export const oldWebhook = nthId("webhook", 1);
/** Another one, and what could not be delivered to it. */
export const quietWebhook = nthId("webhook", 2);
export const failedDelivery = nthId("delivery", 1);

const longAgo = "$3::timestamptz - interval '60 days'";
const webhook = { description: "''", types: "ARRAY['post.liked']", secret: "'none'", created_at: longAgo };
/** It is kept for documentation: nothing is called. */
const url = "'https://192.0.2.1/'";

/** A webhook of each user, and two of the author; of one, something waits for each of many posts, and what it was told long ago is to go. */
export function webhooks({ users, posts, ended }: Size, { author }: Users): Rows[] {
  const delivery = { type: "'post.liked'", body: "'{}'", message_id: idOf("event", "n") };
  const old = { ...delivery, webhook_id: uuid(oldWebhook), subject: idOf("post", "n") };
  return [
    row("webhook", { ...webhook, url, id: uuid(oldWebhook), owner_id: uuid(author), enabled: "false" }),
    row("webhook", { ...webhook, url, id: uuid(quietWebhook), owner_id: uuid(author) }),
    rows("webhook", users, { ...webhook, url, id: idOf("webhook", "2 + n"), owner_id: idOf("user", "n"), enabled: "n % 2 = 0" }),
    rows("webhook_queue", posts, { webhook_id: uuid(oldWebhook), subject: idOf("post", "n"), due_at: at(posts) }),
    row("webhook_delivery", {
      ...delivery,
      ...{ id: uuid(failedDelivery), webhook_id: uuid(quietWebhook), subject: uuid(quietWebhook) },
      ...{ state: "'failed'", created_at: "$3::timestamptz - interval '1 day'" },
    }),
    rows("webhook_delivery", posts, { ...old, id: idOf("delivery", "1 + n"), created_at: at(posts) }),
    rows("webhook_delivery", ended, { ...old, id: idOf("delivery", `1 + ${posts} + n`), state: "'failed'", created_at: longAgo }),
  ];
}
