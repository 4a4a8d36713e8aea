// The reads and writes of typical users.
import { clientOf, isDone, isPage, mix, oneOf } from "./feed.js";
import { signedIn } from "./sessions.js";

export const readNames = ["home feed", "public feed", "posts of a user", "one post", "comments"];
export const writeNames = ["create post", "create comment", "like"];

/** One read: mostly the home feed, sometimes its next page. */
export function read({ accounts, postIds }) {
  const api = clientOf(signedIn(accounts));
  mix([
    [
      50,
      () => {
        const page = api.homeFeed();
        isPage(page, "home feed");
        const cursor = page.json("pageInfo.endCursor");
        if (cursor && Math.random() < 0.3) isPage(api.homeFeed(cursor), "home feed");
      },
    ],
    [20, () => isPage((Math.random() < 0.5 ? clientOf() : api).publicFeed(), "public feed")],
    [10, () => isPage(api.postsOf(oneOf(accounts).id), "posts of a user")],
    [
      20,
      () => {
        const id = oneOf(postIds);
        const post = api.post(id);
        isDone(post, "one post");
        isPage(api.comments(id), "comments");
      },
    ],
  ]);
}

/** One write: a comment, a like or a post. */
export function write({ accounts, postIds }) {
  const api = clientOf(signedIn(accounts));
  mix([
    [60, () => isDone(api.createComment(oneOf(postIds), `Commented at ${new Date().toISOString()}.`), "create comment")],
    [30, () => isDone(api.like(oneOf(postIds)), "like")],
    [10, () => isDone(api.createPost(`Posted at ${new Date().toISOString()}.`), "create post")],
  ]);
}
