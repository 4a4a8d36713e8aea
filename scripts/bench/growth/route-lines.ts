import { eveningPicture } from "../../../app/picture.ts";
import { accountLines } from "./account-lines.ts";
import { deviceLines } from "./device-lines.ts";
import { eventLines } from "./event-lines.ts";
import {
  answer,
  batches,
  change,
  type Input,
  type Line,
  lookedThrough,
  pages,
  type RouteName,
  read,
  suggested,
  upTo,
  type World,
  withTrimming,
  write,
} from "./lines.ts";
import { mailLines } from "./mail-lines.ts";
import { moderationLines } from "./moderation-lines.ts";
import { cursorAt, keptEntriesOf, nthId, type Role } from "./size.ts";
import { webhookLines } from "./webhook-lines.ts";

const popular = { id: nthId("popularPost", 1) };
/** The popular post's oldest comment, which as many like. */
const liked = { id: nthId("comment", 1) };
const someone = (n: number) => ({ id: nthId("user", n + 3) });

const eachFollowee = 170_000;
/** Of each of forty followed tags, the newest posts; in the small feed a tag has few. */
const eachTag = 1_500;
/** Who may see each of the ten thousand newest of them is looked up, in five tables, for a page so far behind. */
const eachTagged = 170_000;
/** Whether a post shows each upload is asked of a hundred at a time, who likes and claims what is looked up. */
const windows = { first: 1_000, behind: 1_000 };
/** In the small feed a tag and a category have no fifth page. */
const fewPages = { behind: 1_300 };
/** Each of a page's hundred users is looked up in four tables; in the small feed fewer are blocked. */
const lookedUp = { behind: 1_000 };
/** Each of the hundred that a page by number skips is looked at; the small inbox has fewer that are unread. */
const skipped = { behind: 1_000 };
/** And then among the newest 200,000 posts: see `lookedThrough`. */
const lookedThroughLast = 250_000;
/** Two hundred posts of which an hour has passed are scored again, each by its hours. */
const scoredAgain = 10_000;
/** The newest comments of twenty posts. */
const newestComments = 500;
/** Up to 20,000 words of an index are sorted, or 50,000 looked through (docs/decisions/0061-lists-of-any-length.md). */
const words = { first: 2_000, behind: 2_000 };
/** And for each of those whether another term begins one of the same user. */
const eachWord = 250_000;

interface Made {
  id: string;
}
/** Pages of comments by likes, from the first on and behind those that are liked, and around one in the middle, to both sides of which lists go on. */
function sortedComments(): Line[] {
  const middle = ({ size }: World) => nthId("comment", size.comments / 2);
  const page = (name: string, query: (world: World) => Input["query"]) =>
    answer("listPostComments", "commenter", (world) => ({ params: popular, query: query(world) ?? {} }), `listPostComments, ${name}`);
  return [
    page("most liked first", () => ({ order: "most_liked" })),
    page("most liked first, middle", (world) => ({ order: "most_liked", cursor: `0~${middle(world)}` })),
    page("most liked first, before the middle", (world) => ({ order: "most_liked", cursor: `-0~${middle(world)}` })),
    page("replies, most liked first", () => ({ order: "most_liked", parentCommentId: liked.id })),
    page("newest, around the middle", (world) => ({ around: middle(world) })),
    page("oldest, around the middle", (world) => ({ order: "oldest", around: middle(world) })),
    page("most liked, around the middle", (world) => ({ order: "most_liked", around: middle(world) })),
    page("replies, around the first", () => ({ parentCommentId: liked.id, around: nthId("reply", 1) })),
  ];
}

/** Lines with what they have made so far; of one feed. */
export function routeLines(): Partial<Record<RouteName, readonly Line[]>> {
  const made = { posts: [] as string[], comments: [] as string[], uploads: [] as string[], drafts: [] as string[] };
  const last = (list: string[]) => ({ id: list.at(-1) ?? "" });
  const textPost = { content: "Hello, all of you", postType: "TEXT" };

  async function createPost(world: World, as: Role, more: Record<string, unknown> = {}): Promise<void> {
    made.posts.push((await world.call<Made>("createPost", as, { body: { ...textPost, ...more } })).id);
  }
  async function upload(world: World, as: Role): Promise<string> {
    const body = new FormData();
    body.set("image", new Blob([new Uint8Array(eveningPicture(16, 10))], { type: "image/png" }), "evening.png");
    const { id } = await world.call<Made>("uploadImage", as, { body });
    made.uploads.push(id);
    return id;
  }
  async function comment(world: World, body: Record<string, unknown> = {}): Promise<void> {
    made.comments.push((await world.call<Made>("createPostComment", "writer", { params: popular, body: { content: "Me too", ...body } })).id);
  }
  const entriesAt = (share: number) => async (world: World) => {
    const entries = (query: Input["query"]) =>
      world.call<{ cursor: string }>("streamEntries", "writer", { params: { name: `post:${popular.id}` }, query: { limit: 20, ...query } });
    const [epoch] = (await entries({})).cursor.split(":");
    return entries({ after: `${epoch}:${Math.floor(keptEntriesOf(world.size) * share)}` });
  };

  /** Each of the account's posts follows. */
  const becomes = (privateAccount: boolean): Line => ({
    ...batches(`updatePreferences, an author with many posts becomes ${privateAccount ? "private" : "public again"}`, (world) =>
      world.call("updatePreferences", "author", { body: { privateAccount } }),
    ),
    slow: true,
  });

  return {
    ...accountLines(),
    ...moderationLines(),
    ...eventLines(),

    listPosts: [
      ...pages("listPosts", null),
      ...pages("listPosts", "commenter", {}, "listPosts, for one who likes many"),
      ...pages("listPosts", "commenter", { query: { category: "many" } }, "listPosts in a category", fewPages),
    ],
    homeFeed: [
      // Materialising it, and beyond what is materialised, each followee is looked at, 10,000 at most (docs/decisions/0023-materialised-feeds.md).
      { ...upTo(eachFollowee, answer("homeFeed", "follower", {}, "homeFeed, which materialises it")), times: 1 },
      ...pages("homeFeed", "follower", {}, "homeFeed", { first: eachTag, behind: eachFollowee, numbered: eachFollowee + eachTagged }),
      ...pages("homeFeed", "author", {}, "homeFeed of an author of many posts"),
      // As a page of a hundred posts.
      upTo(5 * eachTag, answer("homeFeed", "follower", { query: { category: "many" } }, "homeFeed in a category")),
    ],
    ...webhookLines(),
    ...deviceLines(),
    ...mailLines(),
    listTagPosts: [...pages("listTagPosts", "commenter", { params: { tag: "many" } }, "listTagPosts", fewPages)],
    listCategories: [answer("listCategories", null)],
    // For administrators; a row each, of a hundred at most.
    createCategory: [],
    updateCategory: [],
    deleteCategory: [],
    getTag: [answer("getTag", "commenter", { params: { tag: "many" } })],
    followTag: [change("followTag", "writer", (_world, n) => ({ params: { tag: n % 2 === 0 ? "many" : `some${n}` } }))],
    unfollowTag: [change("unfollowTag", "writer", { params: { tag: "many" } })],
    listFollowedTags: [answer("listFollowedTags", "follower")],
    getPost: [answer("getPost", "commenter", { params: popular })],
    listUserPosts: [
      ...pages("listUserPosts", "writer", ({ users }) => ({ params: { id: users.author } })),
      ...pages("listUserPosts", "writer", ({ users }) => ({ params: { id: users.author }, query: { media: "true" } }), "listUserPosts with media"),
    ],
    listUserLikes: [...pages("listUserLikes", "writer", ({ users }) => ({ params: { id: users.commenter } }))],
    createPost: [
      write("createPost", (world) => createPost(world, "writer")),
      write("createPost of one with many followers", (world) => createPost(world, "author")),
      write("createPost with an upload of one who has many", async (world) => createPost(world, "author", { mediaIds: [await upload(world, "author")] })),
    ],
    updatePost: [
      change("updatePost", "author", (_world, n) => ({ params: last(made.posts), body: { title: `Title ${n}` } })),
      change("updatePost", "author", (_world, n) => ({ params: popular, body: { title: `Title ${n}` } }), "updatePost of the popular post"),
      change(
        "updatePost",
        "author",
        (_world, n) => ({ params: popular, body: { visibility: n % 2 === 0 ? "followers" : "public" } }),
        "updatePost, the popular post for followers only",
      ),
      change("updatePost", "author", () => ({ params: popular, body: { visibility: "public" } }), "updatePost, the popular post for all"),
    ],
    postHistory: [answer("postHistory", "writer", { params: popular })],
    likePost: [change("likePost", "writer", { params: popular })],
    unlikePost: [change("unlikePost", "writer", { params: popular })],
    listLikers: [...pages("listLikers", "commenter", { params: popular })],
    repost: [change("repost", "writer", { params: popular })],
    removeRepost: [change("removeRepost", "writer", { params: popular })],
    listReposters: [...pages("listReposters", "commenter", { params: popular })],
    listUserReposts: [...pages("listUserReposts", "writer", ({ users }) => ({ params: { id: users.commenter } }))],
    votePoll: [change("votePoll", "writer", { params: popular, body: { option: 0 } })],
    pinPost: [change("pinPost", "author", (_world, n) => ({ params: n % 2 === 0 ? popular : { id: nthId("post", 1) } }))],
    pinnedPost: [answer("pinnedPost", "writer", ({ users }) => ({ params: { id: users.author } }))],
    unpinPost: [change("unpinPost", "author", { params: popular })],
    bookmarkPost: [change("bookmarkPost", "commenter", { params: popular })],
    removeBookmark: [change("removeBookmark", "commenter", { params: popular })],
    listScheduledPosts: [...pages("listScheduledPosts", "author")],
    summarize: [answer("summarize", "writer", { body: { content: "One thing is this. Another is that. A third is neither." } })],
    suggestTitle: [answer("suggestTitle", "writer", { body: { content: "One thing is this" } })],
    listDrafts: [...pages("listDrafts", "author")],
    createDraft: [
      write("createDraft", async (world) => made.drafts.push((await world.call<Made>("createDraft", "writer", { body: { content: "Not yet" } })).id)),
    ],
    getDraft: [answer("getDraft", "writer", () => ({ params: last(made.drafts) }))],
    updateDraft: [change("updateDraft", "writer", (_world, n) => ({ params: last(made.drafts), body: { content: `Not yet ${n}`, revision: n + 1 } }))],
    deleteDraft: [change("deleteDraft", "writer", () => ({ params: { id: made.drafts.pop() ?? "" } }))],
    listBookmarks: [...pages("listBookmarks", "commenter")],
    mutePost: [
      change("mutePost", "commenter", (_world, n) => ({ params: popular, body: { until: new Date(Date.now() + (n + 1) * 86_400_000).toISOString() } })),
    ],
    unmutePost: [change("unmutePost", "commenter", { params: popular })],
    listMutedPosts: [...pages("listMutedPosts", "commenter")],
    listLikedPosts: [...pages("listLikedPosts", "commenter")],
    deletePost: [
      upTo(
        withTrimming,
        write("deletePost", (world) => world.call("deletePost", "author", { params: { id: made.posts.pop() ?? "" } })),
      ),
      // As long as its post is there.
      batches("deleteComment, which many like and have answered", (world) => world.call("deleteComment", "author", { params: liked })),
      batches("deletePost, the popular post", (world) => world.call("deletePost", "author", { params: popular })),
    ],

    listPostComments: [
      ...pages("listPostComments", "commenter", { params: popular }),
      ...pages("listPostComments", "commenter", { params: popular, query: { parentCommentId: liked.id } }, "listPostComments, replies"),
      answer("listPostComments", "commenter", { params: popular, query: { order: "oldest" } }, "listPostComments, oldest first"),
      ...sortedComments(),
    ],
    listComments: [answer("listComments", null, { query: { postId: popular.id } })],
    listUserComments: [
      answer("listUserComments", "writer", ({ users }) => ({ params: { id: users.commenter } })),
      answer(
        "listUserComments",
        "writer",
        ({ users, now }) => ({ params: { id: users.commenter }, query: { cursor: cursorAt(0.5, now) } }),
        "listUserComments, middle",
      ),
      answer(
        "listUserComments",
        "writer",
        ({ users, now }) => ({ params: { id: users.commenter }, query: { since: cursorAt(0.3, now) } }),
        "listUserComments, newer than",
      ),
    ],
    getComment: [answer("getComment", "commenter", { params: liked })],
    getCommentThread: [answer("getCommentThread", "commenter", { params: { id: nthId("reply", 1) } })],
    commentHistory: [answer("commentHistory", "commenter", { params: liked })],
    createPostComment: [
      write("createPostComment on the popular post", (world) => comment(world)),
      write("createPostComment, a reply in a long thread", (world) => comment(world, { parentCommentId: liked.id })),
      write("createPostComment that mentions one with many notifications", (world) => comment(world, { content: "Hello @the_author" })),
    ],
    createComment: [change("createComment", "writer", { body: { postId: popular.id, content: "And me" } })],
    updateComment: [change("updateComment", "writer", (_world, n) => ({ params: last(made.comments), body: { content: `Me too ${n}` } }))],
    likeComment: [change("likeComment", "writer", { params: liked })],
    unlikeComment: [change("unlikeComment", "writer", { params: liked })],
    deleteComment: [write("deleteComment", (world) => world.call("deleteComment", "writer", { params: { id: made.comments.pop() ?? "" } }))],

    uploadImage: [write("uploadImage of one who has many", (world) => upload(world, "author"))],
    // The same rows as for an image.
    uploadAvatar: [],
    uploadHeader: [],
    uploadVideo: [],
    uploadDocument: [],
    startDirectUpload: [],
    completeDirectUpload: [],
    cancelDirectUpload: [],
    // For moderators: a row.
    hashPicture: [],
    getPictureHash: [],
    getMedia: [answer("getMedia", "author", { params: { id: nthId("upload", 1) } })],
    deleteMedia: [write("deleteMedia", (world) => world.call("deleteMedia", "author", { params: { id: made.uploads.pop() ?? "" } }), 2)],
    listUserMedia: [
      ...pages("listUserMedia", "author", ({ users }) => ({ params: { id: users.author } })),
      ...pages("listUserMedia", "writer", ({ users }) => ({ params: { id: users.author } }), "listUserMedia of another user", windows),
    ],

    postAggregate: [answer("postAggregate", "commenter", { params: popular })],
    postAggregates: [
      answer("postAggregates", null),
      upTo(
        newestComments,
        answer("postAggregates", "commenter", ({ now }) => ({ query: { cursor: cursorAt(0.5, now) } }), "postAggregates, middle"),
      ),
    ],
    // What administrators ask of the cache reads no table.
    invalidateCache: [],
    cacheStatistics: [],
    popularPosts: [
      upTo(scoredAgain, answer("popularPosts", null)),
      upTo(scoredAgain, answer("popularPosts", "commenter", { query: { window: "week" } }, "popularPosts of the week, when hours have passed")),
    ],
    trends: [upTo(scoredAgain, answer("trends", null))],
    search: [upTo(lookedThrough, answer("search", "commenter", { query: { q: "number" } }))],
    searchPosts: [
      upTo(lookedThrough, answer("searchPosts", "commenter", { query: { q: "number" } }, "searchPosts, a word that all have")),
      upTo(lookedThrough, answer("searchPosts", "commenter", { query: { q: '"rare2"' } }, "searchPosts, a word that few have")),
      upTo(lookedThroughLast, answer("searchPosts", "commenter", { query: { q: "rare2" } }, "searchPosts, a beginning that many old ones have")),
      upTo(lookedThrough, answer("searchPosts", "commenter", { query: { q: "some2" } }, "searchPosts, a word that some have")),
      upTo(lookedThrough, answer("searchPosts", "commenter", { query: { q: "rara2" } }, "searchPosts, a misspelling")),
      upTo(lookedThrough, answer("searchPosts", "commenter", { query: { q: "number -post" } }, "searchPosts, a word that all have, without another")),
      upTo(lookedThrough, answer("searchPosts", "commenter", { query: { q: "number from:the_author" } }, "searchPosts, of an author of many posts")),
      upTo(lookedThrough, answer("searchPosts", "follower", { query: { q: "number in:following" } }, "searchPosts, of those whom one follows")),
    ],
    searchPeople: [upTo(words.first, answer("searchPeople", "commenter", { query: { q: "ada" } }))],
    searchTags: [upTo(lookedThrough, answer("searchTags", "commenter", { query: { q: "s" } }))],

    searchUsers: [
      ...pages("searchUsers", "commenter", { query: { q: "ada" } }, "searchUsers, a name that all have", words),
      upTo(words.first, answer("searchUsers", "commenter", { query: { q: "grown_77" } }, "searchUsers, a name that few have")),
      upTo(eachWord, answer("searchUsers", "commenter", { query: { q: "ada grown_1" } }, "searchUsers, two frequent beginnings")),
      upTo(words.first, answer("searchUsers", "commenter", { query: { q: "ada nobody" } }, "searchUsers, a frequent beginning and one that nobody has")),
    ],
    suggestedUsers: [upTo(suggested, answer("suggestedUsers", "follower"))],
    getMe: [answer("getMe", "author")],
    userByUsername: [answer("userByUsername", "writer", { params: { username: "the_author" } })],
    knownUsernames: [answer("knownUsernames", null, { query: { usernames: "the_author,nobody" } })],
    getUser: [answer("getUser", "writer", ({ users }) => ({ params: { id: users.author } }))],
    exportMe: [batches("exportMe", (world) => world.call("exportMe", "author"))],
    updateMe: [change("updateMe", "author", (_world, n) => ({ body: { fullName: `Author ${n}` } }))],
    getBell: [answer("getBell", "author", (world) => ({ params: { id: world.users.commenter } }))],
    setBell: [change("setBell", "author", (world) => ({ params: { id: world.users.commenter } }))],
    removeBell: [change("removeBell", "author", (world) => ({ params: { id: world.users.commenter } }))],
    getNotificationPreferences: [answer("getNotificationPreferences", "author")],
    updateNotificationPreferences: [
      change("updateNotificationPreferences", "author", (_world, n) => ({ body: { mailFrequency: n % 2 === 0 ? "daily" : "weekly" } })),
    ],
    getPreferences: [answer("getPreferences", "author")],
    updatePreferences: [
      change("updatePreferences", "author", (_world, n) => ({ body: { whoMayMention: n % 2 === 0 ? "everyone" : "following" } })),
      ...[true, false].map(becomes),
    ],
    listFollowRequests: [...pages("listFollowRequests", "author", {}, "listFollowRequests", lookedUp)],
    approveFollowRequest: [change("approveFollowRequest", "author", (_world, n) => ({ params: someone(n) }))],
    refuseFollowRequest: [change("refuseFollowRequest", "author", (_world, n) => ({ params: someone(n) }))],
    removeFollower: [change("removeFollower", "author", (_world, n) => ({ params: someone(n) }))],
    followUser: [
      change("followUser", "writer", ({ users }) => ({ params: { id: users.author } }), "followUser, one with many followers"),
      change("followUser", "follower", ({ size }, n) => ({ params: someone(size.followees + n) }), "followUser by one who follows many"),
    ],
    unfollowUser: [
      change("unfollowUser", "writer", ({ users }) => ({ params: { id: users.author } }), "unfollowUser, one with many followers"),
      change("unfollowUser", "follower", ({ size }, n) => ({ params: someone(size.followees + n) }), "unfollowUser by one who follows many"),
    ],
    listFollowers: [...pages("listFollowers", "writer", ({ users }) => ({ params: { id: users.author } }))],
    listBlocked: [...pages("listBlocked", "author", {}, "listBlocked", lookedUp)],
    listFollowing: [...pages("listFollowing", "writer", ({ users }) => ({ params: { id: users.follower } }))],
    blockUser: [
      change("blockUser", "author", (_world, n) => ({ params: someone(n) }), "blockUser by one who has blocked many"),
      change("blockUser", "author", ({ users }) => ({ params: { id: users.writer } }), "blockUser, who commented"),
    ],
    unblockUser: [change("unblockUser", "author", ({ users }) => ({ params: { id: users.writer } }))],
    listMuted: [...pages("listMuted", "author", {}, "listMuted", lookedUp)],
    muteUser: [change("muteUser", "author", (_world, n) => ({ params: someone(n), body: {} }), "muteUser by one who has muted many")],
    unmuteUser: [change("unmuteUser", "author", (_world, n) => ({ params: someone(n) }))],

    listNotifications: [
      ...pages("listNotifications", "author"),
      ...pages("listNotifications", "author", { query: { type: "comments" } }, "listNotifications, of one type"),
      ...pages("listNotifications", "author", { query: { type: "likes" } }, "listNotifications, of a type with few"),
      ...pages("listNotifications", "author", { query: { unread: "true" } }, "listNotifications, unread", skipped),
    ],
    listLiveInstances: [answer("listLiveInstances", "writer")],
    whyNotified: [
      answer("whyNotified", "author", { query: { post: popular.id } }, "whyNotified, of a post that many like"),
      answer("whyNotified", "author", { query: { notification: nthId("group", 1) } }, "whyNotified, of a large group"),
    ],
    unreadCount: [answer("unreadCount", "author")],
    seeNotifications: [change("seeNotifications", "author")],
    readNotification: [
      change("readNotification", "author", (_world, n) => ({ params: { id: nthId("notification", 2 + 2 * n) } })),
      change("readNotification", "author", (_world) => ({ params: { id: nthId("group", 1) } }), "readNotification, a large group"),
    ],
    unreadNotification: [change("unreadNotification", "author", (_world, n) => ({ params: { id: nthId("notification", 2 + 2 * n) } }))],
    readPostNotifications: [batches("readPostNotifications", (world) => world.call("readPostNotifications", "author", { body: { postId: popular.id } }))],
    readAllNotifications: [write("readAllNotifications", (world) => world.call("readAllNotifications", "author"), 1)],
    streamEntries: [read("streamEntries, the first", entriesAt(0)), read("streamEntries, the middle", entriesAt(0.5))],

    logout: [write("logout", (world) => world.call("logout", "writer"), 1)],
    deleteMe: [
      { ...batches("deleteMe, who wrote and liked much", (world) => world.call("deleteMe", "commenter", { body: { password: world.password } })), slow: true },
      batches("deleteMe, who follows many", (world) => world.call("deleteMe", "follower", { body: { password: world.password } })),
      {
        ...batches("deleteMe, an author with many followers and posts", (world) => world.call("deleteMe", "author", { body: { password: world.password } })),
        slow: true,
      },
    ],
  };
}
