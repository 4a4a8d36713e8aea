import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import { batched } from "@newfeed/shared/runtime/batched.ts";

/** What a list belongs to: comments of a post, or replies to a comment. */
export type ListOwner = "post" | "comment";

export interface CommentPagesRequest {
  of: ListOwner;
  ids: string[];
  limit: number;
}

/** The first page of a comment list; null if comment-service does not know its owner. */
export type CommentLists = (of: ListOwner, id: string, limit: number) => Promise<Page<Comment> | null>;

/**
 * Batches the lists that a document needs at the same time into one call per kind and limit. Nothing is cached: fields
 * resolved after a mutation in the same document see its effect.
 */
export function createCommentLists(fetchPages: (request: CommentPagesRequest) => Promise<{ pages: (Page<Comment> & { id: string })[] }>): CommentLists {
  const loaders = new Map<string, (id: string) => Promise<Page<Comment> | null>>();

  const loaderOf = (of: ListOwner, limit: number) => {
    const key = `${of} ${limit}`;
    let loader = loaders.get(key);
    if (!loader) {
      loader = batched(async (ids) => {
        const { pages } = await fetchPages({ of, ids: [...new Set(ids)], limit });
        const byId = new Map(pages.map((page) => [page.id, page]));
        return ids.map((id) => byId.get(id) ?? null);
      }, 500);
      loaders.set(key, loader);
    }
    return loader;
  };

  return (of, id, limit) => loaderOf(of, limit)(id);
}
