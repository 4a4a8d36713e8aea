import { createObservable } from "@newfeed/client";
import { useObservable } from "./hooks.ts";

export type CommentOrder = "newest" | "oldest";

const name = "newfeed.comment-order";

function read(): CommentOrder {
  try {
    return localStorage.getItem(name) === "newest" ? "newest" : "oldest";
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
