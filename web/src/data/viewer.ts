import { createObservable } from "@newfeed/client";
import { client, queryClient } from "./client.ts";
import { comments } from "./comments.ts";
import { notifications } from "./notifications.ts";
import { clearPosts } from "./posts.ts";
import { forgetPreferences } from "./preferences.ts";

/** Counts the users who looked at this page, one after another: what one of them saw is not shown to the next. */
export const viewer = createObservable(0);

let current: string | undefined;
client.session.subscribe(({ status, user }) => {
  if (status === "unknown") return;
  const name = user?.id ?? "visitor";
  // Before the first is known, answers are already those of the user that the cookie names.
  const isFirst = current === undefined;
  if (name === current) return;
  current = name;
  if (isFirst) return;
  queryClient.clear();
  clearPosts();
  comments.clear();
  notifications.clear();
  forgetPreferences();
  viewer.set(viewer.state + 1);
});
