import type { Post } from "@newfeed/shared/contracts/dto.ts";
import { asPostId, asUserId, type PostId } from "@newfeed/shared/contracts/ids.ts";
import { createEmbeddedCache } from "@newfeed/shared/embedded/cache.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { createAggregateSource } from "./aggregate-source.ts";

const id = asPostId(uuidv7());
const authorId = asUserId(uuidv7());
const known = (revision: number) => [{ id, authorId, revision }];

/** Owners that answer when they are let go, with the revision of that moment. */
function slowOwners() {
  const owners = { revision: 1, calls: [] as PromiseWithResolvers<void>[] };
  const clients = {
    async postsOf(posts: readonly { id: PostId }[]) {
      const go = Promise.withResolvers<void>();
      owners.calls.push(go);
      const { revision } = owners;
      await go.promise;
      return posts.map((post) => ({ id: post.id, revision, likedByMe: false }) as unknown as Post);
    },
    newestComments: async (_viewer: null, ids: readonly PostId[]) =>
      new Map(ids.map((each) => [each, { data: [], pageInfo: { hasNextPage: false, startCursor: null, endCursor: null } }])),
  };
  const source = createAggregateSource({ cache: createEmbeddedCache(), clients: clients as never });
  const revisionAt = async (least: number) => (await source.find(known(least))).get(id)?.post.revision;
  /** Lets all calls go, until there is no other. */
  async function settle<T>(work: Promise<T>): Promise<T> {
    const timer = setInterval(() => {
      for (const call of owners.calls) call.resolve();
    }, 1);
    return work.finally(() => clearInterval(timer));
  }
  return { owners, source, revisionAt, settle };
}

test("however many ask at once for what is not cached, it is loaded once", async () => {
  const { owners, revisionAt, settle } = slowOwners();
  expect(await settle(Promise.all(Array.from({ length: 50 }, () => revisionAt(1))))).toEqual(Array(50).fill(1));
  expect(await revisionAt(1)).toBe(1);
  expect(owners.calls).toHaveLength(1);
});

test("what was loaded before a change is not kept", async () => {
  const { owners, source, revisionAt, settle } = slowOwners();
  const first = revisionAt(1);
  await eventually(() => expect(owners.calls).toHaveLength(1));
  owners.revision = 2;
  await source.forget([id]);
  await settle(first);
  expect(await settle(revisionAt(1))).toBe(2);
  expect(owners.calls).toHaveLength(2);
});

test("a reader who can see a newer revision is not given an older one, be it cached or on its way", async () => {
  const { owners, revisionAt, settle } = slowOwners();
  expect(await settle(revisionAt(1))).toBe(1);
  owners.revision = 2;
  expect(await settle(revisionAt(2))).toBe(2);
  const early = revisionAt(3);
  await eventually(() => expect(owners.calls).toHaveLength(3));
  owners.revision = 3;
  expect(await settle(Promise.all([early, revisionAt(3)]))).toEqual([3, 3]);
});

test("a load that fails fails for those who wait for it, and for none after them", async () => {
  const { owners, revisionAt, settle } = slowOwners();
  const both = Promise.allSettled([revisionAt(1), revisionAt(1)]);
  await eventually(() => expect(owners.calls).toHaveLength(1));
  owners.calls[0]?.reject(new Error("away"));
  expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await settle(revisionAt(1))).toBe(1);
});
