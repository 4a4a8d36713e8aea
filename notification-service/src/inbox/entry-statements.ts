import type { NotificationId } from "@newfeed/shared/contracts/ids.ts";
import { array, boolean, text, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

// What is in the log of an inbox. An entry is found by its aggregate: `IS TRUE`, so that no index by stream, with all of a long log, can serve.

const ids = array(uuid.as<NotificationId>());

/** Blanks the log entries in which these notifications name this actor. */
export const blankEntriesOf = statement({
  parameters: { notificationIds: ids, actorId: userId },
  sql: ({ notificationIds, actorId }) =>
    `UPDATE stream_entry e SET type = 'blank', data = '{}' FROM notification n
     WHERE n.id = ANY(${notificationIds}) AND (e.stream = 'user:' || n.user_id) IS TRUE AND e.aggregate_id = n.id AND e.actor_id = ${actorId} AND e.type <> 'blank'`,
});
/**
 * Blanks the earlier log entries of notifications that get newer ones. One that calls for attention stays when the newer one does not
 * (`quiet`). Of each, two are not blank at most; the bound has the planner walk their index, which remembers what is gone, where a
 * bitmap would visit all entries that a notification ever had.
 */
export const replaceEntriesOf = statement({
  parameters: { streams: array(text), ids, quiet: array(boolean) },
  sql: ({ streams, ids, quiet }) =>
    `UPDATE stream_entry SET type = 'blank', data = '{}' WHERE ctid = ANY(ARRAY(
       SELECT e.ctid FROM unnest(${streams}, ${ids}, ${quiet}) AS n(stream, id, quiet)
       CROSS JOIN LATERAL (
         SELECT ctid, stream, type FROM stream_entry WHERE aggregate_id = n.id AND type <> 'blank' LIMIT 2
       ) e
       WHERE e.stream = n.stream AND (e.type = 'notification_updated' OR (e.type = 'notification' AND NOT n.quiet))
     ))`,
});
/** Turns the log entries of removed notifications into retractions. */
export const retractEntriesOf = statement({
  parameters: { streams: array(text), ids },
  sql: ({ streams, ids }) =>
    `UPDATE stream_entry e SET type = 'retract',
       data = jsonb_build_object('stream', e.stream, 'items', jsonb_build_array(jsonb_build_object('type', 'notification', 'id', e.aggregate_id)))
     FROM unnest(${streams}, ${ids}) AS gone(stream, id) WHERE (e.stream = gone.stream) IS TRUE AND e.aggregate_id = gone.id AND e.type <> 'blank'`,
});
