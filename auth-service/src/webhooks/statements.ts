import { array, boolean, int4, int8, text, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

/** Nothing when it has taken effect already; another transaction that does so is waited for. */
export const insertDelivery = statement({
  parameters: { id: text },
  row: { id: text },
  sql: ({ id }) => `INSERT INTO webhook_delivery (id) VALUES (${id}) ON CONFLICT DO NOTHING RETURNING id`,
});

/** Nothing when a newer state of the user, or the same one, is known. Whether the user has another name than in the state before. */
export const raiseVersion = statement({
  parameters: { providers: array(text), providerUserId: text, name: text, fullName: text.nullable, version: int8 },
  row: { isRenamed: boolean.notNull },
  sql: ({ providers, providerUserId, name, fullName, version }) =>
    `WITH before AS (
       SELECT provider, provider_user_id, full_name FROM external_login
       WHERE provider = ANY(${providers}) AND provider_user_id = ${providerUserId} AND coalesce(version, -1) < ${version} FOR UPDATE
     )
     UPDATE external_login l SET version = ${version}, name = ${name}, full_name = coalesce(${fullName}, l.full_name)
     FROM before WHERE (l.provider, l.provider_user_id) = (before.provider, before.provider_user_id)
     RETURNING coalesce(before.full_name <> ${fullName}, false) AS is_renamed`,
});

/** Other services do not know of an account that waits for approval: its name is changed here. */
export const noteRename = statement({
  parameters: { id: userId, fullName: text },
  row: { revision: int4, awaitsApproval: boolean },
  sql: ({ id, fullName }) =>
    `UPDATE account SET revision = revision + 1, full_name = CASE WHEN awaits_approval THEN ${fullName} ELSE full_name END
     WHERE id = ${id} RETURNING revision, awaits_approval`,
});

/** A sender repeats a delivery for a day; older ones are refused by their time. */
export const oldDeliveries = removal({ table: "webhook_delivery", at: "received_at", after: "1 day" });
