import { array, int8, text, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

/** Nothing when it has taken effect already; another transaction that does so is waited for. */
export const insertDelivery = statement({
  parameters: { id: text },
  row: { id: text },
  sql: ({ id }) => `INSERT INTO webhook_delivery (id) VALUES (${id}) ON CONFLICT DO NOTHING RETURNING id`,
});

/** Nothing when a newer state of the user, or the same one, is known. */
export const raiseVersion = statement({
  parameters: { providers: array(text), providerUserId: text, name: text, version: int8 },
  row: { accountId: userId },
  sql: ({ providers, providerUserId, name, version }) =>
    `UPDATE external_login SET version = ${version}, name = ${name}
     WHERE provider = ANY(${providers}) AND provider_user_id = ${providerUserId} AND coalesce(version, -1) < ${version} RETURNING account_id`,
});

/** A sender repeats a delivery for a day; older ones are refused by their time. */
export const oldDeliveries = removal({ table: "webhook_delivery", at: "received_at", after: "1 day" });
