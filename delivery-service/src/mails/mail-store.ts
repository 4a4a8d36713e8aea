import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { v7 as uuidv7 } from "uuid";
import * as sql from "./statements.ts";

export { itemsAtMost } from "./statements.ts";

/** A notification that is mailed. */
export interface NewItem {
  ownerId: UserId;
  notificationId: NotificationId;
  /** Of the notification. */
  revision: number;
  type: string;
  /** JSON. */
  body: string;
  /** ISO 8601, as the next one. */
  notifiedAt: string;
  /** When the event has happened. */
  newsAt: string;
}

/** When a notification is mailed, unless it was a while ago (`endedAt`). `digest`: with others. */
export interface When {
  digest: boolean;
  dueAt: (endedAt: Date | null | undefined) => Date;
}

/** What is written with the events of notifications; the account is locked. */
export const mailsIn = (query: Query) => ({
  /** Has a notification be mailed that is news. An older revision changes nothing. */
  async add(item: NewItem, { digest, dueAt }: When): Promise<void> {
    const { notificationId, ownerId, revision, body } = item;
    const [known] = await query(sql.lockItem, { notificationId });
    if (known && known.revision >= revision) return;
    if (known?.isOpen) return void (await query(sql.changeItem, { notificationId, revision, body }));
    // What is in hand counts as sent.
    const at = dueAt(known && (known.outcome === "sent" ? known.endedAt : known.outcome === null ? new Date() : null)).toISOString();
    const id = uuidv7();
    if (!digest) {
      await query(sql.insertMail, { id, ownerId, dueAt: at });
      return void (await query(sql.saveItem, { ...item, mailId: id }));
    }
    const [joined] = await query(sql.joinDigest, { id, ownerId, dueAt: at });
    if (!joined) return;
    await query(sql.saveItem, { ...item, mailId: joined.id });
    // The mail says that there is more.
    if (joined.items > sql.itemsAtMost) await query(sql.leaveOut, { notificationId });
  },
  /** What waits is about this now. */
  async change({ notificationId, revision, body }: NewItem): Promise<void> {
    await query(sql.changeItem, { notificationId, revision, body });
  },
  async noteRead(ownerId: UserId, ids: readonly NotificationId[]): Promise<void> {
    await query(sql.noteRead, { ownerId, ids });
  },
  async withdraw(ownerId: UserId, notificationId: NotificationId): Promise<void> {
    await query(sql.withdrawItem, { ownerId, notificationId });
  },
});

/** Why a notification was not mailed, or that it was. */
export type MailEnd = "sent" | "read" | "type_off" | "no_address" | "unverified" | "bounced" | "complained" | "refused" | "expired" | "no_room";

async function take(query: Query, most: number) {
  const due = await query(sql.takeDue, { most });
  const mails = [];
  for (const mail of due) {
    const [recipient] = await query(sql.findRecipient, { userId: mail.ownerId });
    mails.push({ ...mail, recipient, contents: await query(sql.findItems, { mailId: mail.id }) });
  }
  return mails;
}
export type DueMail = Awaited<ReturnType<typeof take>>[number];

/** Mails of notifications in delivery-service's database. */
export function createMailStore(database: Pick<Database, "query" | "transaction">) {
  const { query } = database;
  return {
    /** Null when nothing is due. */
    async take(most: number): Promise<DueMail[] | null> {
      const due = await database.transaction((within) => take(within, most));
      return due.length === 0 ? null : due;
    },
    /** Ends a mail, with what became of each of its notifications. */
    end: ({ id, attempts }: DueMail, ends: ReadonlyMap<NotificationId, MailEnd>): Promise<void> =>
      database.transaction(async (within) => {
        const byOutcome = Map.groupBy(ends.keys(), (key) => ends.get(key) as MailEnd);
        for (const [outcome, ids] of byOutcome) await within(sql.endItems, { mailId: id, ids, outcome });
        await within(sql.dropMail, { id, attempts });
      }),
    async putBack({ id, attempts }: DueMail, at: Date): Promise<void> {
      await query(sql.putBack, { id, attempts, dueAt: at.toISOString() });
    },
    /** Has these be mailed together with what comes until then. */
    joinDigest: ({ id, ownerId, attempts, contents }: DueMail, at: Date): Promise<void> =>
      database.transaction(async (within) => {
        const [joined] = await within(sql.joinDigest, { id: uuidv7(), ownerId, dueAt: at.toISOString() });
        const ids = contents.map(({ notificationId }) => notificationId);
        if (joined && joined.items <= sql.itemsAtMost) await within(sql.moveItems, { mailId: id, ids, to: joined.id });
        else await within(sql.endItems, { mailId: id, ids, outcome: "no_room" });
        await within(sql.dropMail, { id, attempts });
      }),
    /** `address`: a hash, as below. */
    async noteAddress(userId: UserId, address: string): Promise<void> {
      await query(sql.noteAddress, { userId, address });
    },
    async noteRefusals(addresses: readonly string[], refusal: "bounced" | "complained"): Promise<void> {
      await query(sql.noteRefusals, { addresses, refusal });
    },
    async forgetRefusal(userId: UserId): Promise<void> {
      await query(sql.forgetRefusal, { userId });
    },
    recipient: async (userId: UserId) => (await query(sql.findRecipient, { userId }))[0],
    /** What became of mails, by their notifications. */
    fatesOf: (ownerId: UserId, ids: readonly NotificationId[]) => query(sql.findFates, { ownerId, ids }),
    exportOf: (ownerId: UserId, after: string | undefined, limit: number) => query(sql.exportItems, { ownerId, after: after ?? null, limit }),
    retention: [sql.oldMails("old_mails", database), sql.oldItems("old_mail_items", database)],
  };
}
export type MailStore = ReturnType<typeof createMailStore>;

/** The jobs that remove what a deleted user, who is their subject, was to get. */
export const mailRemovals = ["remove-mails", "remove-mail-items"] as const;

/** Removes some of it. Gives the keys of the rows, in order. */
export async function removeNextMails(
  query: Query,
  name: (typeof mailRemovals)[number],
  owner: string,
  after: string | null,
  limit: number,
): Promise<string[]> {
  return (await query(name === "remove-mails" ? sql.removeMails : sql.removeItems, { owner, after, limit })).map(({ key }) => key);
}
