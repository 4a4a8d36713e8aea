import { type Line, lookedThrough, read, suggested, upTo, withTrimming, write } from "./lines.ts";
import { nthId, type Role, type Users } from "./size.ts";

const popular = nthId("popularPost", 1);
const liked = nthId("comment", 1);
const author = "author { username }";
/** Users by whom the author is asked, and whom they meet otherwise, beside those of the routes' lines. */
const someone = (n: number) => nthId("user", n + 40);
const post = `id content likedByMe commentCount ${author} media { url }`;
const comment = `id content likedByMe ${author}`;
const postInput = 'input: { content: "Hello", postType: "TEXT" }';

interface Results {
  [field: string]: { post?: { id: string }; comment?: { id: string }; draft?: { id: string } };
}

/** A line for each field of GraphQL's queries and mutations; of one feed. */
export function graphqlLines(): readonly Line[] {
  const made = { post: "", comment: "", draft: "" };
  const query = (name: string, document: string | ((users: Users) => string), as: Role = "commenter") =>
    read(`GraphQL ${name}`, (world) => world.graphql(as, `{ ${typeof document === "string" ? document : document(world.users)} }`));
  const mutation = (name: string, document: (n: number, users: Users) => string, as: Role = "author") =>
    write(`GraphQL ${name}`, async (world, n) => {
      const results = await world.graphql<Results>(as, `mutation { ${name}${document(n, world.users)} }`);
      made.post = results[name]?.post?.id ?? made.post;
      made.comment = results[name]?.comment?.id ?? made.comment;
      made.draft = results[name]?.draft?.id ?? made.draft;
    });
  return [
    query(
      "getPosts, with comments and replies",
      `getPosts(input: { limit: 10 }) { posts { ${post} comments(limit: 5) { ${comment} replies(limit: 5) { ${comment} } } } }`,
    ),
    query("getNewsFeed", `getNewsFeed(limit: 20) { posts { ${post} } hasMore }`),
    query(
      "getPost, with comments and replies",
      `getPost(id: "${popular}") { post { ${post} comments(limit: 50) { ${comment} replies(limit: 10) { ${comment} } } } }`,
    ),
    query("postHistory", `postHistory(id: "${popular}") { content writtenAt }`),
    query("commentHistory", `commentHistory(id: "${liked}") { content writtenAt }`),
    query("scheduledPosts", `scheduledPosts(limit: 20) { posts { ${post} } }`),
    query("bookmarks", `bookmarks(limit: 20) { posts { ${post} } }`),
    query("mutedPosts", `mutedPosts(limit: 20) { posts { ${post} } }`),
    query("likers", `likers(postId: "${popular}") { people { id username } }`),
    query("reposters", `reposters(postId: "${popular}") { people { id username } }`),
    query("userPosts", (users) => `userPosts(userId: "${users.author}", media: true) { posts { ${post} } }`),
    query("pinnedPost", (users) => `pinnedPost(userId: "${users.author}") { post { ${post} } }`),
    query("userComments", (users) => `userComments(userId: "${users.commenter}") { comments { ${comment} post { content } } }`),
    query("userLikes", (users) => `userLikes(userId: "${users.commenter}") { success posts { ${post} } }`),
    query("userReposts", (users) => `userReposts(userId: "${users.commenter}", limit: 20) { posts { ${post} } }`),
    query("likedPosts", `likedPosts(limit: 20) { posts { ${post} } }`),
    query("popularPosts", `popularPosts(window: week) { posts { ${post} } }`),
    query("tag", `tag(tag: "many") { followedByMe posts { ${post} } }`),
    upTo(lookedThrough, query("search", `search(q: "number") { posts { ${post} } users { username } tags { tag posts } }`)),
    query("getPosts in a category", `getPosts(input: { limit: 20, category: "many" }) { posts { ${post} } }`),
    query("followedTags", "followedTags { tag }", "follower"),
    upTo(lookedThrough, query("searchTags", `searchTags(q: "s") { tag posts }`)),
    query("categories", "categories { slug name }"),
    query("trends", "trends { tag authors }"),
    query("getCommentThread", `getCommentThread(id: "${liked}") { comment { ${comment} } ancestors { ${comment} } hasEarlier }`),
    query("getComments", `getComments(postId: "${popular}") { comments { ${comment} replies { ${comment} } } nextCursor }`),
    query("getComment", `getComment(id: "${liked}") { comment { ${comment} } }`),
    upTo(lookedThrough, query("searchPosts", `searchPosts(q: "number", limit: 20) { posts { ${post} } }`)),
    upTo(lookedThrough, query("searchUsers", `searchUsers(q: "user", limit: 20) { users { username } }`)),
    query("user", (users) => `user(id: "${users.author}") { user { username followerCount } }`),
    query("userByUsername", `userByUsername(username: "author") { user { username followerCount } }`),
    query("followers", (users) => `followers(userId: "${users.author}") { users { username } }`),
    query("following", (users) => `following(userId: "${users.follower}") { users { username } }`),
    upTo(suggested, query("suggestedUsers", "suggestedUsers { user { username } followees }", "follower")),
    query("followRequests", "followRequests { users { username } }", "author"),
    query("blockedUsers", "blockedUsers { users { username } }", "author"),
    query("mutedUsers", "mutedUsers { users { username } }", "author"),
    query("notifications", `notifications(type: comments, unread: true) { notifications { id message data { comment { content } } } unreadCount }`),
    query("unreadCount", "unreadCount { unreadCount unseenCount }", "author"),
    query("drafts", "drafts { drafts { id } }", "author"),
    query("draft", `draft(id: "${nthId("draft", 1)}") { draft { id } }`, "author"),
    query("media", `media(id: "${nthId("upload", 1)}") { media { url } }`, "author"),
    query("userMedia", (users) => `userMedia(userId: "${users.author}") { media { url } }`, "author"),
    query("communityRules", "communityRules"),
    query("me", "me { username followerCount }"),
    query("preferences", "preferences { theme whoMayComment contentFilters { words } }"),
    query("notificationPreferences", "notificationPreferences { types { type inbox push mail } mailFrequency quietHours { from to } }"),
    query("whyNotified", `whyNotified(post: "${popular}") { reasons { type heard } }`),
    query("bell", (users) => `bell(userId: "${users.commenter}") { on }`),
    mutation("setBell", (_n, users) => `(userId: "${users.writer}") { success on }`),
    mutation("removeBell", (_n, users) => `(userId: "${users.writer}") { success on }`),
    mutation("createPost", () => `(${postInput}) { success post { id } }`),
    mutation("updatePost", (n) => `(id: "${made.post}", input: { title: "Title ${n}" }) { success post { id } }`),
    mutation("likePost", () => `(id: "${popular}") { success post { likeCount } }`),
    mutation("unlikePost", () => `(id: "${popular}") { success post { likeCount } }`),
    // A vote is for good: one is counted, the others find it.
    mutation("votePoll", () => `(id: "${popular}", option: 0) { success post { poll { votes } } }`),
    mutation("pinPost", () => `(id: "${popular}") { success post { likeCount } }`),
    mutation("unpinPost", () => `(id: "${popular}") { success }`),
    mutation("repostPost", () => `(id: "${popular}") { success post { repostCount } }`),
    mutation("removeRepost", () => `(id: "${popular}") { success }`),
    mutation("bookmarkPost", () => `(id: "${popular}") { success post { bookmarkedByMe } }`),
    mutation("removeBookmark", () => `(id: "${popular}") { success }`),
    mutation("mutePost", () => `(id: "${popular}") { success post { mutedByMe } }`),
    mutation("unmutePost", () => `(id: "${popular}") { success }`),
    mutation("createDraft", () => `(input: { content: "Not yet" }) { success draft { id } }`, "writer"),
    mutation("updateDraft", (n) => `(id: "${made.draft}", revision: ${n + 1}, input: { content: "Not yet ${n}" }) { success }`, "writer"),
    mutation("deleteDraft", () => `(id: "${made.draft}") { success }`, "writer"),
    mutation("summarize", () => `(content: "One thing is this. Another is that. A third is neither.") { text }`),
    mutation("suggestTitle", () => `(content: "One thing is this") { text }`),
    mutation("followTag", (n) => `(tag: "${n % 2 === 0 ? "many" : `some${n}`}") { success followedByMe }`, "writer"),
    mutation("unfollowTag", () => `(tag: "many") { success followedByMe }`, "writer"),
    // A post shows it: it stays.
    mutation("deleteMedia", () => `(id: "${nthId("upload", 2)}") { code }`),
    mutation("createReport", (n) => `(input: { target: { type: "post", id: "${nthId("othersPost", n + 30)}" }, reason: "spam" }) { success }`, "follower"),
    // Nobody's case.
    mutation("appealCase", (n) => `(id: "${nthId("othersPost", n + 30)}", text: "It is none.") { code }`),
    mutation("createComment", () => `(input: { postId: "${popular}", content: "Hello", parentCommentId: "${liked}" }) { success comment { id } }`),
    mutation("updateComment", (n) => `(id: "${made.comment}", content: "Hello ${n}") { success comment { id } }`),
    mutation("likeComment", () => `(id: "${liked}") { success comment { likeCount } }`),
    mutation("unlikeComment", () => `(id: "${liked}") { success comment { likeCount } }`),
    mutation("updateProfile", (n) => `(input: { bio: "Hello ${n}" }) { success user { bio } }`),
    mutation("followUser", (_n, users) => `(id: "${users.writer}") { success following }`),
    mutation("unfollowUser", (_n, users) => `(id: "${users.writer}") { success following }`),
    mutation("approveFollowRequest", (n) => `(id: "${someone(n)}") { success }`),
    mutation("refuseFollowRequest", (n) => `(id: "${someone(n)}") { success }`),
    mutation("removeFollower", (n) => `(id: "${someone(n)}") { success }`),
    mutation("blockUser", (n) => `(id: "${someone(n)}") { success }`),
    mutation("unblockUser", (n) => `(id: "${someone(n)}") { success }`),
    mutation("muteUser", (n) => `(id: "${someone(n)}") { success }`),
    mutation("unmuteUser", (n) => `(id: "${someone(n)}") { success }`),
    mutation("updatePreferences", (n) => `(input: { theme: "${n % 2 === 0 ? "dark" : "light"}" }) { success }`),
    mutation("updateNotificationPreferences", (n) => `(input: { mailFrequency: ${n % 2 === 0 ? "daily" : "weekly"} }) { success }`),
    mutation("seeNotifications", () => " { success unseenCount }"),
    mutation("readNotification", (n) => `(id: "${nthId("notification", 200 + n)}") { success unreadCount }`),
    mutation("unreadNotification", (n) => `(id: "${nthId("notification", 200 + n)}") { success unreadCount }`),
    mutation("readPostNotifications", () => `(postId: "${nthId("post", 1)}") { success unreadCount }`),
    { ...mutation("readAllNotifications", () => " { success unreadCount }"), times: 1 },
    { ...mutation("deleteComment", () => `(id: "${made.comment}") { success }`), times: 1 },
    { ...mutation("deletePost", () => `(id: "${made.post}") { success }`), times: 1, pages: withTrimming },
  ];
}
