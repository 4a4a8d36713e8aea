import type { Author } from "@newfeed/shared/contracts/dto.ts";
import { generatedIn, transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query, Transaction } from "@newfeed/shared/ports/database.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { v7 as uuidv7 } from "uuid";
import { endFollows } from "./follow-rows.ts";
import { type Prisma, PrismaClient } from "./generated/client.ts";
import { toAuthor, type UserRow } from "./user-row.ts";

/** A follow or a block as it is now. */
export interface Relation {
  id: string;
  active: boolean;
  revision: number;
}

/** Turns a follow or a block on or off, at the database's time: the profiles are locked, so a user's times are in commit order. */
async function saveRelation(query: Query, table: "follow" | "block", from: string, to: string, active: boolean): Promise<Relation> {
  const [one, other] = table === "follow" ? ["follower_id", "followee_id"] : ["blocker_id", "blocked_id"];
  const [row] = await query<Relation>(
    `INSERT INTO ${table} AS r (id, ${one}, ${other}, active, changed_at) VALUES ($1::uuid, $2::uuid, $3::uuid, $4, clock_timestamp())
     ON CONFLICT (${one}, ${other}) DO UPDATE SET active = excluded.active, revision = r.revision + 1, changed_at = excluded.changed_at
     RETURNING id, active, revision`,
    [uuidv7(), from, to, active],
  );
  if (!row) throw new Error("an upsert gave no row");
  return row;
}

/** What the use-cases may do within one transaction. */
function operationsOn({ query, enqueue }: Transaction, tx: Prisma.TransactionClient) {
  return {
    enqueue,
    /** Those who are here, by id. In id order, as every transaction locks profiles: two mutual follows cannot wait for each other. */
    async lockProfiles(ids: readonly string[]): Promise<Map<string, { author: Author; followerCount: number }>> {
      const rows = await query<UserRow>(
        "SELECT id, username, full_name, avatar_url, follower_count FROM profile WHERE id = ANY($1::uuid[]) AND NOT deleted ORDER BY id FOR UPDATE",
        [ids],
      );
      return new Map(rows.map((row) => [row.id, { author: toAuthor(row), followerCount: row.follower_count }]));
    },
    async updateProfile(id: string, change: { fullName?: string; bio?: string; avatarUrl?: string | null }): Promise<{ revision: number; user: Author }> {
      const { revision, ...user } = await tx.profile.update({
        where: { id },
        data: { ...change, revision: { increment: 1 } },
        select: { id: true, username: true, fullName: true, avatarUrl: true, revision: true },
      });
      return { revision, user };
    },
    /** Who of the two has blocked the other. */
    async blockersBetween(one: string, other: string): Promise<string[]> {
      const blocks = await tx.block.findMany({
        where: {
          active: true,
          OR: [
            { blockerId: one, blockedId: other },
            { blockerId: other, blockedId: one },
          ],
        },
      });
      return blocks.map((block) => block.blockerId);
    },
    findFollow: (followerId: string, followeeId: string): Promise<Relation | null> =>
      tx.follow.findUnique({ where: { followerId_followeeId: { followerId, followeeId } } }),
    findBlock: (blockerId: string, blockedId: string): Promise<Relation | null> =>
      tx.block.findUnique({ where: { blockerId_blockedId: { blockerId, blockedId } } }),
    saveFollow: (followerId: string, followeeId: string, active: boolean) => saveRelation(query, "follow", followerId, followeeId, active),
    saveBlock: (blockerId: string, blockedId: string, active: boolean) => saveRelation(query, "block", blockerId, blockedId, active),
    async countFollow(followerId: string, followeeId: string): Promise<void> {
      await tx.$executeRaw`UPDATE profile SET following_count = following_count + (id = ${followerId}::uuid)::int, follower_count = follower_count + (id = ${followeeId}::uuid)::int
        WHERE id IN (${followerId}::uuid, ${followeeId}::uuid)`;
    },
    /** The active follows of the two, in either direction. */
    async followsBetween(one: string, other: string): Promise<string[]> {
      const follows = await tx.follow.findMany({
        where: {
          active: true,
          OR: [
            { followerId: one, followeeId: other },
            { followerId: other, followeeId: one },
          ],
        },
      });
      return follows.map((follow) => follow.id);
    },
    endFollows: (ids: readonly string[]) => endFollows(query, ids),
  };
}
export type Operations = ReturnType<typeof operationsOn>;

/** user-service's database, as its requests change it. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>): Promise<T> =>
      transact(database, wake, (transaction) => generatedIn(prisma, transaction, (tx: Prisma.TransactionClient) => work(operationsOn(transaction, tx)))),
    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
