import { isHeld } from "@newfeed/shared/contracts/content-moderation.ts";
import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { beginJob } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import type { Written } from "./cases/case.ts";
import { closeCasesOf, noteTargetsDeleted } from "./cases/store.ts";
import { removeReports } from "./reports/resolving-store.ts";
import type { Checks } from "./rules/checks.ts";
import { textOf } from "./text.ts";

const unseen: readonly string[] = ["draft", "scheduled"];

const subjectsOf = {
  posts: (events: readonly EventOf<"post.created" | "post.updated">[]): Written[] =>
    events.flatMap(({ data: { post, waits = false } }) =>
      unseen.includes(post.status)
        ? []
        : [
            {
              target: { type: "post", id: post.id },
              authorId: post.author.id,
              postId: null,
              content: textOf.post(post),
              waits,
              isPublic: post.visibility === "public" && (waits || !isHeld(post.status)),
            },
          ],
    ),
  comments: (events: readonly EventOf<"comment.created" | "comment.updated">[]): Written[] =>
    events.flatMap(({ data: { comment, authorId, visibility, waits = false } }) =>
      comment.deleted
        ? []
        : [
            {
              target: { type: "comment", id: comment.id },
              authorId,
              postId: comment.postId,
              content: comment.content,
              waits,
              isPublic: visibility === "public" && (waits || comment.held === null),
            },
          ],
    ),
  users: (events: readonly EventOf<"user.registered" | "user.updated">[]): Written[] =>
    events.map(({ data: { user, ...profile } }) => {
      const bio = "bio" in profile ? profile.bio : undefined;
      return {
        target: { type: "user", id: user.id },
        authorId: user.id,
        postId: null,
        content: textOf.user({ ...user, ...(bio && { bio }) }),
        waits: false,
        isPublic: true,
      };
    }),
  pictures: (events: readonly EventOf<"media.uploaded">[]): Written[] =>
    events.flatMap(({ data: { mediaId, ownerId, url, pictureHash } }) =>
      pictureHash === null
        ? []
        : [
            {
              target: { type: "media", id: mediaId },
              authorId: ownerId,
              postId: null,
              content: url ?? "",
              waits: false,
              isPublic: false,
              pictureHash,
            },
          ],
    ),
};

/** What moderation-service does when the events of others arrive. */
export function createHandlers(check: Checks) {
  const posts = together<"post.created" | "post.updated">((events, transaction) => check(subjectsOf.posts(events), transaction));
  const comments = together<"comment.created" | "comment.updated">((events, transaction) => check(subjectsOf.comments(events), transaction));
  const users = together<"user.registered" | "user.updated">((events, transaction) => check(subjectsOf.users(events), transaction));
  const pictures = together<"media.uploaded">((events, transaction) => check(subjectsOf.pictures(events), transaction));
  return defineHandlers("moderation-service", {
    "post.created": posts,
    "post.updated": posts,
    "comment.created": comments,
    "comment.updated": comments,
    "user.registered": users,
    "user.updated": users,
    "media.uploaded": pictures,
    "user.deleted": async ({ data: { userId } }, transaction) => {
      await beginJob(removeReports, userId, transaction);
      await beginJob(closeCasesOf, userId, transaction);
      await noteTargetsDeleted(transaction.query, "user", [userId]);
    },
    // A deleted account's may be very many.
    "post.deleted": together<"post.deleted">((events, { query }) =>
      noteTargetsDeleted(
        query,
        "post",
        events.map(({ data }) => data.postId),
      ),
    ),
    "comment.deleted": together<"comment.deleted">((events, { query }) =>
      noteTargetsDeleted(
        query,
        "comment",
        events.map(({ data }) => data.commentId),
      ),
    ),
    "media.deleted": together<"media.deleted">((events, { query }) =>
      noteTargetsDeleted(
        query,
        "media",
        events.map(({ data }) => data.mediaId),
      ),
    ),
  });
}
