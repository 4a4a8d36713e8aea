import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import { asCommentId, asPostId, asUserId, type CommentId } from "@newfeed/shared/contracts/ids.ts";
import type { AggregatedComment, PostAggregate } from "@newfeed/shared/contracts/routes/query.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { postAggregate } from "./aggregates.ts";

const [postId, viewer] = [asPostId(uuidv7()), asUserId(uuidv7())];
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const ids = Array.from({ length: 40 }, () => asCommentId(uuidv7()));
const commentOf = (n: number, revision = 1) => ({ id: ids[n], createdAt: at(n), revision, content: `${n}` }) as AggregatedComment;

/** What a reader gets of a copy with these comments, the newest first, when the owner knows of these, and of what the reader wrote last. */
async function seen(
  copy: readonly AggregatedComment[],
  owner: { visible: readonly AggregatedComment[]; written?: readonly { n: number; reply?: true; elsewhere?: true }[]; more?: true },
): Promise<string[]> {
  const pageInfo = { hasNextPage: owner.more ?? false, startCursor: null, endCursor: null };
  const aggregate = { post: { id: postId }, comments: { data: copy, pageInfo } } as unknown as PostAggregate;
  const found = await postAggregate(
    {
      source: { find: async () => new Map([[postId, aggregate]]) },
      clients: {
        visiblePost: async () => ({ id: postId }) as never,
        publicPage: async () => ({ data: [], pageInfo }),
        visibleComments: async (_viewer, asked: readonly CommentId[]) => ({
          visible: owner.visible.filter(({ id }) => asked.includes(id)),
          newest: (owner.written ?? []).map(({ n, reply, elsewhere }) => ({
            id: ids[n] as CommentId,
            postId: elsewhere ? asPostId(uuidv7()) : postId,
            parentCommentId: reply ? (ids[0] as CommentId) : null,
            createdAt: at(n),
          })),
        }),
        newestComments: async () => new Map([[postId, { data: [{ content: "fetched for the reader" } as Comment], pageInfo }]]),
      },
    },
    viewer,
    postId,
  );
  return found.comments.data.map(({ content }) => content);
}
const fetched = ["fetched for the reader"];

test("a copy that has all that its reader can know is used, without what is hidden or deleted", async () => {
  const copy = [commentOf(2), commentOf(1), commentOf(0)];
  expect(await seen(copy, { visible: copy, written: [{ n: 2 }] })).toEqual(["2", "1", "0"]);
  expect(await seen(copy, { visible: [commentOf(2), commentOf(0)] })).toEqual(["2", "0"]);
});

test("a copy that lacks what its reader wrote or changed is not", async () => {
  const copy = [commentOf(2), commentOf(1)];
  expect(await seen(copy, { visible: copy, written: [{ n: 3 }] })).toEqual(fetched);
  expect(await seen([], { visible: [], written: [{ n: 0 }] })).toEqual(fetched);
  expect(await seen(copy, { visible: [commentOf(2), commentOf(1, 2)] })).toEqual(fetched);
  expect(await seen([commentOf(2, 2)], { visible: [commentOf(2)] }), "it may be newer").toEqual(["2"]);
});

test("what they wrote elsewhere, as a reply, or before the comments of the copy is not lacking", async () => {
  const copy = Array.from({ length: 20 }, (_, n) => commentOf(29 - n));
  const all = copy.map(({ content }) => content);
  expect(await seen(copy, { visible: copy, written: [{ n: 5 }], more: true })).toEqual(all);
  expect(await seen(copy, { visible: copy, written: [{ n: 30, reply: true }] })).toEqual(all);
  expect(await seen(copy, { visible: copy, written: [{ n: 30, elsewhere: true }] })).toEqual(all);
});
