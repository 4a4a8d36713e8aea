import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Fate } from "@newfeed/shared/contracts/routes/webhooks.ts";
import type { MailStore } from "./mails/mail-store.ts";
import type { PushStore } from "./push/push-store.ts";

interface Found {
  outcome: string | null;
  endedAt: Date | null;
  dueAt: Date | null;
  attempts: number | null;
}

/** What waits is news since something became of it. */
function fateOf({ outcome, endedAt, dueAt, attempts }: Found, digest: boolean): Fate | null {
  if (outcome !== null && endedAt !== null) return { outcome, at: endedAt.toISOString(), attempts: 0, digest };
  return dueAt && { outcome: null, at: dueAt.toISOString(), attempts: attempts ?? 0, digest };
}

/** What became of notifications of a user: of each, the best of all devices, and of its mail. */
export async function notificationFates(pushes: Pick<PushStore, "fatesOf">, mails: Pick<MailStore, "fatesOf">, userId: UserId, ids: readonly NotificationId[]) {
  const [pushed, mailed] = await Promise.all([pushes.fatesOf(userId, ids), mails.fatesOf(userId, ids)]);
  const mailOf = new Map(mailed.map((found) => [found.notificationId, fateOf(found, found.digest ?? false)]));
  const fates = pushed.map(({ notificationId: id, isOld, ...found }) => ({
    id,
    push: fateOf(isOld ? { ...found, outcome: null } : found, false),
    mail: mailOf.get(id) ?? null,
  }));
  return { fates };
}
