import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./statements.ts";

/** Those of a user's notifications that have these ids, by id, with their actors. */
export const findNotifications = (query: Query, userId: UserId, ids: readonly NotificationId[]) => query(sql.findNotifications, { userId, ids });
