import { PrismaClient } from "@newfeed/comment-service/generated/client.ts";
import { commentService } from "@newfeed/comment-service/service.ts";
import { generatedIn, transact } from "@newfeed/shared/outbox/transact.ts";
import { boolean, uuid } from "@newfeed/shared/ports/columns.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const find = statement({
  parameters: { postId: uuid },
  row: { deleted: boolean },
  sql: ({ postId }) => `SELECT deleted FROM commented_post WHERE post_id = ${postId}`,
});

let database: Database;
let prisma: PrismaClient;
beforeAll(async () => {
  database = await openServiceDatabase("generated", commentService);
  prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

type Generated = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];
const inTransaction = <T>(work: (generated: Generated, transaction: Transaction) => Promise<T>) =>
  transact(
    database,
    () => {},
    (transaction) => generatedIn(prisma, transaction, (generated: Generated) => work(generated, transaction)),
  );
/** The committed rows. */
const stored = (postId: string) => database.query(find, { postId });

describe("generated and written statements of one transaction", () => {
  test("see each other's changes, and commit together", async () => {
    const postId = uuidv7();
    const seen = await inTransaction(async ({ commentedPost }, { query }) => {
      await commentedPost.create({ data: { postId } });
      const seen = await query(find, { postId });
      expect(await stored(postId)).toEqual([]);
      await commentedPost.update({ where: { postId }, data: { deleted: true } });
      return seen;
    });
    expect(seen).toEqual([{ deleted: false }]);
    expect(await stored(postId)).toEqual([{ deleted: true }]);
  });

  test("roll back together", async () => {
    const postId = uuidv7();
    const failing = inTransaction(async ({ commentedPost }) => {
      await commentedPost.create({ data: { postId } });
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await stored(postId)).toEqual([]);
  });

  test("roll back together even when the work continues after a failure of the ORM's part", async () => {
    const postId = uuidv7();
    const failing = database.transaction(async (_query, join) => {
      await generatedIn(prisma, { join }, async ({ commentedPost }: Generated) => {
        await commentedPost.create({ data: { postId } });
        throw new Error("ignored");
      }).catch(() => {});
    });
    await expect(failing).rejects.toThrow("rolled back");
    expect(await stored(postId)).toEqual([]);
  });

  test("stay in their transaction when another one runs the same query in the same turn", async () => {
    // The ORM merges several `findUnique` of one turn into one statement.
    const posts = [uuidv7(), uuidv7(), uuidv7()];
    const meeting = () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let came = 0;
      return () => {
        if (++came === posts.length) resolve();
        return promise;
      };
    };
    const [allHaveWritten, allHaveRead] = [meeting(), meeting()];
    const seen = await Promise.all(
      posts.map((own) =>
        inTransaction(async ({ commentedPost }) => {
          await commentedPost.create({ data: { postId: own } });
          await allHaveWritten();
          const rows = await Promise.all(posts.map((postId) => commentedPost.findUnique({ where: { postId } })));
          await allHaveRead();
          return rows.flatMap((row) => row?.postId ?? []);
        }),
      ),
    );
    expect(seen).toEqual(posts.map((postId) => [postId]));
  });
});

test("the ORM begins no transaction by itself", async () => {
  await expect(prisma.$transaction([prisma.commentedPost.count(), prisma.comment.count()])).rejects.toThrow("within one of the database's");
  expect(await prisma.commentedPost.count({ where: { postId: uuidv7() } })).toBe(0);
});
