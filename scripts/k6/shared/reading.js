// What people do who read, and who also write.
import { isPage, isWritten, mix, oneOf, signedIn, visitor } from "./feed.js";

export const readNames = ["home feed", "public feed", "posts of a user", "one post", "comments"];
export const writeNames = ["create post", "create comment", "like"];

/** One look: mostly at the home feed, and sometimes further down it. */
export function read({ accounts, postIds }) {
  const me = visitor(signedIn(accounts));
  mix([
    [
      50,
      () => {
        const page = me.homeFeed();
        isPage(page, "home feed");
        const cursor = page.json("pageInfo.endCursor");
        if (cursor && Math.random() < 0.3) isPage(me.homeFeed(cursor), "home feed");
      },
    ],
    [20, () => isPage((Math.random() < 0.5 ? visitor() : me).publicFeed(), "public feed")],
    [10, () => isPage(me.postsOf(oneOf(accounts).id), "posts of a user")],
    [
      20,
      () => {
        const id = oneOf(postIds);
        const post = me.post(id);
        isWritten(post, "one post");
        isPage(me.comments(id), "comments");
      },
    ],
  ]);
}

/** One thing that is said or liked. */
export function write({ accounts, postIds }) {
  const me = visitor(signedIn(accounts));
  mix([
    [60, () => isWritten(me.createComment(oneOf(postIds), `Said at ${new Date().toISOString()}.`), "create comment")],
    [30, () => isWritten(me.like(oneOf(postIds)), "like")],
    [10, () => isWritten(me.createPost(`Posted at ${new Date().toISOString()}.`), "create post")],
  ]);
}
