import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { peopleHandlers } from "@newfeed/shared/projections/people.ts";
import { deletedEvent, likeEvent } from "./events.ts";
import { operationsOn } from "./store.ts";

/** All that a deleted user wrote and liked goes, with an event for each. */
async function removeUser({ data: { userId } }: EventOf<"user.deleted">, transaction: HandlerTransaction): Promise<void> {
  const { enqueue, lockAllOf, removeLikesOf, removeComments, commentsOf } = operationsOn(transaction);
  await lockAllOf(userId);
  const likes = await removeLikesOf(userId);
  // The names are forgotten here, and are not sent on.
  const user = { id: userId, username: "", fullName: "", avatarUrl: null };
  await enqueue(
    ...likes.map(({ id, revision, authorId, ...like }) =>
      likeEvent({ id, active: false, revision }, { ...like, commentAuthorId: authorId, userId, user, content: null }),
    ),
  );
  const removed = await removeComments(await commentsOf(userId));
  await enqueue(...removed.map((comment) => deletedEvent(comment, userId)));
}

/** What comment-service does when the events of others arrive. */
export const handlers = defineHandlers("comment-service", {
  ...peopleHandlers({ "user.deleted": removeUser }),
  // No event for each comment: services that keep something of them receive the post's deletion too.
  "post.deleted": ({ data: { postId } }, transaction) => operationsOn(transaction).removeUnderPost(postId),
});
