import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { commentRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { postRoutes } from "@newfeed/shared/contracts/routes/posts.ts";
import { type Closing, type EntryType, entryTable, feedStream, type Reset, type signalTable } from "@newfeed/shared/contracts/sockets.ts";
import type * as z from "zod";
import type { ReceivedEvent } from "../live/event-reader.ts";
import type { GraphqlContext } from "./context.ts";

/** What a subscription gets: a value of its field, a notice that clients get as an error, or that it goes on. */
export type LiveItem =
  | { kind: "value"; value: unknown; cursor: string | undefined }
  | { kind: "notice"; message: string; extensions: { code: string } & Record<string, unknown>; cursor: string | undefined }
  | { kind: "heartbeat" };

type EntryData<Type extends EntryType> = z.output<(typeof entryTable)[Type]["data"]>;
type LiveComment = EntryData<"comment_created">["comment"];
type LivePost = z.output<typeof signalTable.new_post>["post"];

/** Fields that depend on the viewer: live events are the same for all. What a document wants of them is asked for, once. */
function asked<Whole>(names: readonly (keyof Whole & string)[], fetch: (context: GraphqlContext) => Promise<Whole>) {
  let whole: Promise<Whole> | undefined;
  const field = (name: keyof Whole) => async (_given: object, context: GraphqlContext) => {
    whole ??= fetch(context);
    return (await whole)[name];
  };
  return Object.fromEntries(names.map((name) => [name, field(name)]));
}

const commentOf = (comment: LiveComment) => ({
  ...comment,
  ...asked(["likedByMe", "moderation"], ({ call }) => call(commentRoutes.getComment, { params: { id: comment.id } })),
});
const postOf = (post: LivePost) => ({
  ...post,
  shareCount: post.repostCount,
  poll: post.poll && { ...post.poll, myVote: null },
  ...asked(["likedByMe", "bookmarkedByMe", "repostedByMe", "mutedByMe", "quotedPost", "publishAt", "moderation"], ({ call }) =>
    call(postRoutes.getPost, { params: { id: post.id } }),
  ),
});

/** Of the events that a field follows, what each gives to it. */
type Values = Record<string, (data: never) => readonly unknown[]>;

function itemsOf({ name, data, id: cursor }: ReceivedEvent, values: Values): LiveItem[] {
  if (name === "heartbeat") return [{ kind: "heartbeat" }];
  const read = () => JSON.parse(data) as never;
  const notices: LiveItem[] = [];
  if (name === "reset") {
    const reset: Reset = read();
    const message = "What was missed is not there any more: query again.";
    notices.push({ kind: "notice", message, extensions: { code: "reset", reset }, cursor: reset.cursor });
  }
  if (name === "closing") {
    const closing: Closing = read();
    notices.push({ kind: "notice", message: "The server ends the subscription.", extensions: { code: "closing", closing }, cursor });
  }
  return [...notices, ...(values[name]?.(read()) ?? []).map((value): LiveItem => ({ kind: "value", value, cursor }))];
}

/** The items of a stream. Throws what refuses it before the first; ends with the stream, which ends when its client leaves. */
async function itemsFrom(events: AsyncGenerator<ReceivedEvent>, values: Values): Promise<AsyncGenerator<LiveItem>> {
  const first = await events.next();
  return (async function* () {
    for (let next = first; !next.done; next = await events.next()) yield* itemsOf(next.value, values);
  })();
}

type OfPost = { postId: string; cursor?: string | null };

/** A field of Subscription: `subscribe` gives its items, `resolve` an item's value. */
const live = <Given>(path: (given: Given) => string, values: Values, before: (context: GraphqlContext) => void = () => {}) => ({
  subscribe(_root: unknown, given: Given & { cursor?: string | null }, context: GraphqlContext) {
    before(context);
    return itemsFrom(context.follow(path(given), given.cursor), values);
  },
  resolve: (value: unknown) => value,
});
// An empty id would make the path of something else.
const ofPost = (values: Values) => live(({ postId }: OfPost) => `/api/sse/comments/${encodeURIComponent(postId || "-")}`, values);

export const subscriptionFields = {
  commentAdded: ofPost({ [entryTable.comment_created.sse]: ({ comment }: EntryData<"comment_created">) => [commentOf(comment)] }),
  commentUpdated: ofPost({ [entryTable.comment_updated.sse]: ({ comment }: EntryData<"comment_updated">) => [commentOf(comment)] }),
  commentDeleted: ofPost({
    [entryTable.comment_deleted.sse]: ({ commentId: id, postId }: EntryData<"comment_deleted">) => [{ id, postId }],
    [entryTable.retract.sse]: ({ stream, items }: EntryData<"retract">) =>
      items.filter(({ type }) => type === "comment").map(({ id }) => ({ id, postId: stream.slice(stream.indexOf(":") + 1) })),
  }),
  notificationReceived: live(() => "/api/sse/notifications", {
    [entryTable.notification.sse]: (notification: EntryData<"notification">) => [notification],
  }),
  newPosts: live(
    () => `/api/sse?streams=${feedStream}`,
    { new_post: ({ post }: z.output<typeof signalTable.new_post>) => [postOf(post)] },
    ({ viewer }) => {
      if (!viewer) throw new Problem("unauthenticated");
    },
  ),
};
