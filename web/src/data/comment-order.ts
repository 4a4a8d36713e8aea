import { type CommentOrder, createObservable } from "@newfeed/client";
import { useObservable } from "./hooks.ts";

/** In the order of the menu that offers them. */
export const commentOrders = ["oldest", "newest", "most_liked"] as const satisfies readonly CommentOrder[];

const name = "newfeed.comment-order";

function read(): CommentOrder {
  try {
    const kept = localStorage.getItem(name);
    return commentOrders.find((order) => order === kept) ?? "oldest";
  } catch {
    // Storage is forbidden.
    return "oldest";
  }
}

/** Which comments come first, by the reader's choice on this device. */
export const commentOrder = createObservable(read());
addEventListener("storage", (event) => event.key === name && commentOrder.set(read()));

export function setCommentOrder(order: CommentOrder): void {
  try {
    localStorage.setItem(name, order);
  } catch {
    // It holds until the page is left.
  }
  commentOrder.set(order);
}

export const useCommentOrder = (): CommentOrder => useObservable(commentOrder);
