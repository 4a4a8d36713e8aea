import type { ModerationMode } from "@newfeed/shared/contracts/moderation.ts";
import { commentInternalRoutes, commentRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import { whileAwaited } from "@newfeed/shared/http/while-awaited.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import { exportedRows } from "@newfeed/shared/store/list.ts";
import { waitsIn } from "@newfeed/shared/store/trust.ts";
import type { Express } from "express";
import { toComment } from "./comment.ts";
import { commentThread, createComment, deleteComment, updateComment, visibleComment } from "./comments.ts";
import { setLike } from "./likes.ts";
import { firstPages, listComments, listUserComments } from "./lists.ts";
import type { ServiceClients } from "./service-clients.ts";
import type { Store } from "./store.ts";

export function commentServiceRoutes(app: Express, from: { store: Store; clients: ServiceClients; moderationMode: ModerationMode }): void {
  const by = (user: Viewer) => ({ ...from, waits: waitsIn(from.moderationMode, user) });
  implement(app, commentRoutes, {
    listPostComments: whileAwaited(({ params, query }, { viewerId }) => listComments(from, viewerId, params.id, query)),
    listComments: whileAwaited(({ query: { postId, ...query } }, { viewerId }) => listComments(from, viewerId, postId, query)),
    createPostComment: ({ params, body }, { user, idempotency }) => createComment(by(user), user.userId, { ...body, postId: params.id }, idempotency),
    createComment: ({ body }, { user, idempotency }) => createComment(by(user), user.userId, body, idempotency),
    listUserComments: whileAwaited(({ params, query }, { viewerId }) => listUserComments(from, viewerId, params.id, query)),
    getComment: async ({ params }, { viewerId }) => {
      const { comment } = await visibleComment(from, viewerId, params.id);
      return toComment(comment);
    },
    getCommentThread: whileAwaited(({ params }, { viewerId }) => commentThread(from, viewerId, params.id)),
    commentHistory: async ({ params }, { viewerId }) => {
      const { comment } = await visibleComment(from, viewerId, params.id);
      const versions = comment.deletedAt ? [] : await from.store.versionsOf(comment.id);
      return { data: versions.map(({ content, writtenAt, endedAt }) => ({ content, writtenAt: writtenAt.toISOString(), endedAt: endedAt.toISOString() })) };
    },
    updateComment: ({ params, body }, { user }) => updateComment(by(user), user.userId, params.id, body.content),
    deleteComment: ({ params }, { user }) => deleteComment(from, user.userId, params.id),
    likeComment: ({ params }, { user }) => setLike(from, user.userId, params.id, true),
    unlikeComment: ({ params }, { user }) => setLike(from, user.userId, params.id, false),
  });

  implement(app, commentInternalRoutes, {
    commentPages: async ({ body }) => ({ pages: await firstPages(from.store, body) }),
    visibleComments: async ({ body: { viewer, ids } }) => {
      const [visible, newest] = await Promise.all([from.store.visibleTo(viewer, ids), from.store.newestOf(viewer)]);
      return { visible, newest: newest.map(({ createdAt, ...comment }) => ({ ...comment, createdAt: createdAt.toISOString() })) };
    },
    visibleComment: async ({ params, query }) => {
      const { comment } = await visibleComment(from, query.viewer ?? null, params.id);
      return toComment(comment);
    },
    commentsAfter: async ({ query: { after } }) => {
      const rows = await from.store.commentsAfter(after);
      const comments = rows.slice(0, exportedRows).map(({ createdAt, ...comment }) => ({ ...comment, createdAt: createdAt.toISOString() }));
      return { comments, next: rows.length > exportedRows ? (comments.at(-1)?.id ?? null) : null };
    },
    commentExport: async ({ params, query: { section, after } }) => {
      const rows = await from.store.exportSection(section, params.id, after);
      const items = rows.slice(0, exportedRows);
      return { items, next: rows.length > exportedRows ? (items.at(-1)?.id ?? null) : null };
    },
  });
}
