import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { CommentId } from "@newfeed/shared/contracts/ids.ts";
import type { CommentQuery } from "@newfeed/shared/contracts/routes/comments.ts";
import { countWindowOf, type Key, type Listed, pageOf, type Window, windowOf } from "@newfeed/shared/store/cursors.ts";
import { toComment } from "./comment.ts";
import type { CommentList, Store, StoredComment } from "./store.ts";
import { directionOf, pageAround, pageBefore, pageBehind, type TwoWayPage } from "./two-way-page.ts";

export const keyOf = ({ createdAt, id }: StoredComment) => ({ at: createdAt, id });

export type Listing = Pick<Store, "list" | "listMostLiked" | "find">;

/** How a list is read in one of its orders. */
interface Sorting<Row extends StoredComment, At extends Date | number> {
  /** Where a query begins, in the list's order. Throws `validation_failed`. */
  windowOf(query: CommentQuery): Window<At>;
  read(store: Listing, list: CommentList, window: Window<At>): Promise<Listed<Row, At>>;
  keyOf(row: Row): Key<At>;
  /** A comment that was found by its id, as lists have it. */
  placed(comment: StoredComment): Row;
}
const byTime: Sorting<StoredComment, Date> = {
  windowOf: ({ order, ...query }) => windowOf({ ...query, order: order === "oldest" ? order : "newest" }),
  read: (store, list, window) => store.list(list, window),
  keyOf,
  placed: (comment) => comment,
};
const byLikes: Sorting<StoredComment & { place: number }, number> = {
  windowOf: countWindowOf,
  read: (store, list, window) => store.listMostLiked(list, window),
  keyOf: ({ place, id }) => ({ at: place, id }),
  placed: (comment) => ({ ...comment, place: comment.likeCount }),
};

/** A window on the other side of a position. */
const turned = <At extends Date | number>({ before, after, ...window }: Window<At>): Window<At> => ({ ...window, before: after, after: before });

type ReadPage = (store: Listing, list: CommentList) => Promise<TwoWayPage<Comment>>;

/** The page with a comment in the middle. Throws `not_found` for one that the list does not have, or not for this viewer. */
const around =
  <Row extends StoredComment, At extends Date | number>(id: CommentId, query: CommentQuery, { read, keyOf, placed }: Sorting<Row, At>): ReadPage =>
  async (store, list) => {
    const comment = await store.find(id, list.viewerId);
    if (!comment || comment.hidden || comment.postId !== list.postId || comment.parentCommentId !== list.parentCommentId) throw new Problem("not_found");
    const row = placed(comment);
    const at = keyOf(row);
    const window = { limit: query.limit, take: query.limit, skip: 0 };
    const [older, newer] = await Promise.all([
      read(store, list, { ...window, before: at, after: null }),
      read(store, list, { ...window, before: null, after: at }),
    ]);
    const sides = query.order === "oldest" ? { before: older, behind: newer } : { before: newer, behind: older };
    return pageAround(row, at, sides, { limit: query.limit, keyOf, toItem: toComment });
  };

function pageFor<Row extends StoredComment, At extends Date | number>(query: CommentQuery, sorting: Sorting<Row, At>): ReadPage {
  if (query.around !== undefined) return around(query.around, query, sorting);
  const { read, keyOf } = sorting;
  const form = { limit: query.limit, keyOf, toItem: toComment };
  const { isBack, position } = directionOf(query.cursor ?? "");
  const window = sorting.windowOf({ ...query, ...(query.cursor !== undefined && { cursor: position }) });
  const from = query.cursor === undefined ? null : (window.before ?? window.after);
  return async (store, list) => {
    if (isBack && from) return pageBefore(await read(store, list, turned(window)), from, form);
    const listed = await read(store, list, window);
    // Newer than a position, oldest first, whatever the order: it goes on by `since`.
    if (query.since !== undefined) return { ...pageOf(listed, window, keyOf, toComment), previousCursor: null, nextCursor: null };
    return pageBehind(listed, from, form);
  };
}

/** What reads the page that a query asks for, in its order. Throws `validation_failed`. */
export const pageReader = (query: CommentQuery): ReadPage => (query.order === "most_liked" ? pageFor(query, byLikes) : pageFor(query, byTime));
