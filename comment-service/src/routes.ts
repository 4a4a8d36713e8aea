import type { PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import { commentInternalRoutes, commentRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { type Call, implement } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import { toComment } from "./comment.ts";
import { createComment, deleteComment, updateComment, visibleComment } from "./comments.ts";
import { setLike } from "./likes.ts";
import { firstPages, listComments } from "./lists.ts";
import type { ServiceClients } from "./service-clients.ts";
import type { Store } from "./store.ts";

const exportPage = 200;

export function commentServiceRoutes(app: Express, from: { store: Store; clients: ServiceClients }): void {
  async function list(postId: string, query: PageQuery & { parentCommentId?: string | undefined }, { viewerId, response }: Call) {
    const page = await listComments(from, viewerId, postId, query);
    if (page.streamCursor) response.setHeader("x-stream-cursor", page.streamCursor);
    return page;
  }

  implement(app, commentRoutes.listPostComments, async ({ params, query }, call) => list(params.id, query, call));
  implement(app, commentRoutes.listComments, async ({ query: { postId, ...query } }, call) => list(postId, query, call));
  implement(app, commentRoutes.createPostComment, async ({ params, body }, call) =>
    createComment(from, call.user.userId, { ...body, postId: params.id }, call.idempotency),
  );
  implement(app, commentRoutes.createComment, async ({ body }, call) => createComment(from, call.user.userId, body, call.idempotency));
  implement(app, commentRoutes.getComment, async ({ params }, { viewerId }) => {
    const { comment } = await visibleComment(from, viewerId, params.id);
    return toComment(comment);
  });
  implement(app, commentRoutes.updateComment, async ({ params, body }, { user }) => updateComment(from, user.userId, params.id, body.content));
  implement(app, commentRoutes.deleteComment, async ({ params }, { user }) => deleteComment(from, user.userId, params.id));
  implement(app, commentRoutes.likeComment, async ({ params }, { user }) => setLike(from, user.userId, params.id, true));
  implement(app, commentRoutes.unlikeComment, async ({ params }, { user }) => setLike(from, user.userId, params.id, false));

  implement(app, commentInternalRoutes.commentPages, async ({ body }) => ({ pages: await firstPages(from.store, body) }));
  implement(app, commentInternalRoutes.commentExport, async ({ params, query: { section, after } }) => {
    const rows = await from.store.exportSection(section, params.id, after, exportPage + 1);
    const items = rows.slice(0, exportPage);
    return { items, next: rows.length > exportPage ? (items.at(-1)?.id ?? null) : null };
  });
}
