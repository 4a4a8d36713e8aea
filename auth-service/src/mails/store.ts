import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Language, languageOf } from "@newfeed/shared/contracts/languages.ts";
import { batchOf, beginJob, type Job, scheduleJobs } from "@newfeed/shared/jobs/job.ts";
import { enqueue } from "@newfeed/shared/outbox/enqueue.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { LinkKind } from "./links.ts";
import * as sql from "./statements.ts";
import type { MailKind } from "./texts.ts";

/** The job that sends a mail; its subject is the mail's id. */
export const sendMail = "send-mail";

/** A mail that is to be sent. */
export interface NewMail {
  id: string;
  accountId: UserId | null;
  kind: MailKind;
  recipient: string;
  language: Language;
  address: string;
  expiresAt: Date;
}

/** A link that may be followed. */
export interface Link {
  accountId: UserId;
  kind: LinkKind;
  /** Where the mail went. */
  address: string;
}

/** A mail as it was written. */
export type WrittenMail = Omit<NewMail, "id"> & {
  /** Of the account. */
  username: string | null;
  /** It has not expired. */
  isCurrent: boolean;
};

/** Adds a mail, and has it sent once the transaction is committed. */
export async function addMail(query: Query, mail: NewMail): Promise<void> {
  await query(sql.insertMail, mail);
  await scheduleJobs(query, sendMail, [mail.id]);
}

type MailRow = Omit<WrittenMail, "language"> & { language: string; preferredLanguage: string | null };

/** In the language that the account prefers, or else in that of what caused it. */
const written = ({ language, preferredLanguage, ...mail }: MailRow): WrittenMail => ({
  ...mail,
  language: languageOf(preferredLanguage === null ? language : `${preferredLanguage},${language}`),
});

/** Null when it was sent, or its account is gone. */
export async function findMail(query: Query, id: string): Promise<WrittenMail | null> {
  const [mail] = await query(sql.findMail, { id });
  return mail ? written(mail as MailRow) : null;
}

/** The same, and those who remove it wait for the end of the transaction. */
export async function lockMail(query: Query, id: string): Promise<WrittenMail | null> {
  const [mail] = await query(sql.lockMail, { id });
  return mail ? written(mail as MailRow) : null;
}

/** Has a mail be of another kind, about another account. */
export async function readdressMail(query: Query, id: string, accountId: UserId, kind: MailKind): Promise<void> {
  await query(sql.readdressMail, { id, accountId, kind });
}

export async function removeMail(query: Query, id: string): Promise<void> {
  await query(sql.deleteMail, { id });
}

/** Where the owner of a deleted account hears that nothing of it is left; it is forgotten with that. Undefined for one who had no address. */
export async function takeFarewell(query: Query, accountId: UserId): Promise<{ address: string; username: string; language: string } | undefined> {
  const [farewell] = await query(sql.takeFarewell, { accountId });
  return farewell;
}

export async function addLink(query: Query, link: Link & { hash: string; expiresAt: Date }): Promise<void> {
  await query(sql.insertLink, link);
}

/** Follows a link without using it up; null for one that is not there, of another kind, used or expired. */
export async function findLink(query: Query, hash: string, kinds: readonly LinkKind[]): Promise<Link | null> {
  const [link] = await query(sql.findLink, { hash, kinds });
  return (link as Link | undefined) ?? null;
}

/** The same, and it cannot be used again. */
export async function useLink(query: Query, hash: string, kinds: readonly LinkKind[]): Promise<Link | null> {
  const [link] = await query(sql.useLink, { hash, kinds });
  return (link as Link | undefined) ?? null;
}

/** Voids the links of these kinds, also of mails that are not sent yet. */
export async function removeLinks(query: Query, accountId: UserId, kinds: readonly LinkKind[]): Promise<void> {
  // First: the job that adds a mail's link holds the mail until it has.
  await query(sql.deleteMails, { accountId, kinds });
  await query(sql.deleteLinks, { accountId, kinds });
}

/** The address of an account; empty for one that has none, or is gone. */
export const addressOf = async (query: Query, id: UserId): Promise<string> => (await query(sql.findAddress, { id }))[0]?.email ?? "";

/** The account that has verified an address. */
export async function verifiedOwner(query: Query, address: string): Promise<{ id: UserId; username: string } | null> {
  const [owner] = await query(sql.findVerifiedOwner, { address });
  return owner ?? null;
}

/** The accounts that a user who enters this login may mean: the one whose login it is, else the latest of those that have the address. */
export async function accountsOf(query: Query, login: string): Promise<{ id: UserId; email: string }[]> {
  const owner = await query(sql.findOwner, { login });
  return owner.length > 0 ? owner : query(sql.findClaimants, { address: login });
}

/** Takes an address that an account has verified from all others that have it; its subject is that account. */
export const takeAddress: Job<{ query: Query }> = {
  name: "take-address",
  async batch(owner, after, limit, { query }) {
    const taken = await query(sql.takeAddress, { ownerId: asUserId(owner), after, limit });
    return batchOf(taken.map(({ id }) => id).sort(), limit);
  },
};

const uniqueViolation = "23505";

/**
 * Makes an address the account's own, verified one; others that have it without having verified it lose it. Gives what was
 * there before. Throws `email_taken` when another account has verified it, `unauthenticated` when the account is gone.
 */
export async function claimAddress(query: Query, id: UserId, address: string): Promise<{ previous: string; username: string; revision: number }> {
  await query(sql.releaseAddress, { id, address });
  const [claimed] = await query(sql.claimAddress, { id, address }).catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === uniqueViolation) throw new Problem("email_taken", { cause });
    throw cause;
  });
  if (!claimed) throw new Problem("unauthenticated", { internal: "the account was deleted meanwhile" });
  await beginJob(takeAddress, id, { query });
  return claimed;
}

/**
 * Verifies the address of the account with this username, as an administrator knows it. Gives the address; null when there is
 * none. Throws `email_taken` when another account has verified it.
 */
export async function verifyAddress(database: Pick<Database, "transaction">, username: string): Promise<string | null> {
  return database.transaction(async (query) => {
    const [account] = await query(sql.findOwner, { login: username });
    if (!account) return null;
    const { id, email } = account;
    const { revision } = await claimAddress(query, id, email);
    await enqueue(query, [{ type: "user.email_verified", aggregate: { id, revision }, actorId: null, data: { userId: id } }]);
    return email;
  });
}

export const mailRetention = (database: Pick<Database, "transaction">) => [
  sql.staleMails("stale_mails", database),
  sql.expiredLinks("expired_links", database),
  sql.oldFarewells("old_farewells", database),
];
