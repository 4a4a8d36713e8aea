import type { Input } from "./parity.ts";
import type { OperationName } from "./parity-operations.ts";

/** ann writes, ben follows her, cat is blocked by her, dan's account is private; null is a visitor. */
export type Role = "ann" | "ben" | "cat" | "dan";

/** What a scenario names: ids of people and of what was made before, and usernames as `@ann`. */
export type Names = Record<string, string>;

export interface Scenario {
  name: string;
  operation: OperationName;
  as: Role | null;
  input: Input | ((names: Names) => Input);
  /** What others call the answer's id. */
  makes?: string;
}

const nobody = "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e";
const all = (as: Role | null, operation: OperationName, inputs: Record<string, Scenario["input"]>): Scenario[] =>
  Object.entries(inputs).map(([name, input]) => ({ name: `${operation}: ${name}`, operation, as, input }));
const made = (name: string, scenario: Scenario): Scenario => ({ ...scenario, makes: name });
const one = (as: Role | null, operation: OperationName, name: string, input: Scenario["input"]): Scenario => ({
  name: `${operation}: ${name}`,
  operation,
  as,
  input,
});

const cases = (target: string) => ({
  "an unknown id": { id: nobody },
  "no id": { id: "not-an-id" },
  "a post for followers, by another": (names: Names) => ({ id: names[target] as string }),
});

/** In their order: what one makes, the next ones use. */
export const scenarios: readonly Scenario[] = [
  made("first", one("ann", "createPost", "a text", { content: "The first", postType: "TEXT", clientMutationId: "one" })),
  made(
    "titled",
    one("ann", "createPost", "with a title, a place and a warning", {
      content: "x",
      title: "A title",
      postType: "TEXT",
      location: "Here",
      contentWarning: "Plot",
    }),
  ),
  made("followers", one("ann", "createPost", "for followers", { content: "Ours", postType: "TEXT", visibility: "followers" })),
  made("draft", one("ann", "createPost", "a draft", { content: "Later", postType: "TEXT", status: "draft" })),
  made(
    "scheduled",
    one("ann", "createPost", "a scheduled one", {
      content: "Soon",
      postType: "TEXT",
      status: "scheduled",
      publishAt: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  ),
  made("poll", one("ann", "createPost", "with a poll", { content: "Tea?", postType: "TEXT", poll: { options: ["Yes", "No"], duration: 3600 } })),
  made(
    "quote",
    one("ben", "createPost", "a quote", (names) => ({ content: "Look", postType: "TEXT", quotedPostId: names["first"] })),
  ),
  made("link", one("ann", "createPost", "with a link", { content: "", postType: "LINK", mediaUrls: ["https://example.com/a"] })),
  one("ann", "createPost", "the same mutation again", { content: "The first", postType: "TEXT", clientMutationId: "one" }),
  one(null, "createPost", "by a visitor", { content: "x", postType: "TEXT" }),
  ...all("ann", "createPost", {
    "without anything in it": { postType: "TEXT" },
    "of an unknown type": { content: "x", postType: "SONG" },
    "for an unknown audience": { content: "x", postType: "TEXT", visibility: "everyone" },
    "that is too long": { content: "x".repeat(70_000), postType: "TEXT" },
    "with uploads that are none": { content: "x", postType: "TEXT", mediaIds: ["none"] },
    "with an upload that is not there": { content: "x", postType: "TEXT", mediaIds: [nobody] },
    "scheduled without a time": { content: "x", postType: "TEXT", status: "scheduled" },
    "in a category that is not there": { content: "x", postType: "TEXT", category: "no-such-category" },
    "quoting what is not there": { content: "x", postType: "TEXT", quotedPostId: nobody },
    "with a poll of one option": { content: "x", postType: "TEXT", poll: { options: ["Only"], duration: 3600 } },
    "with two things wrong": { content: "x", postType: "SONG", visibility: "everyone" },
  }),

  one(null, "getPost", "by a visitor", (names) => ({ id: names["first"] })),
  one("ben", "getPost", "for followers, by one", (names) => ({ id: names["followers"] })),
  one("ann", "getPost", "a draft, by its author", (names) => ({ id: names["draft"] })),
  one("ben", "getPost", "a draft, by another", (names) => ({ id: names["draft"] })),
  one("cat", "getPost", "by whom its author has blocked", (names) => ({ id: names["first"] })),
  one("ben", "getPost", "a quote", (names) => ({ id: names["quote"] })),
  one("ann", "getPost", "with a poll", (names) => ({ id: names["poll"] })),
  ...all("dan", "getPost", cases("followers")),

  one("ann", "updatePost", "its text", (names) => ({ id: names["first"], content: "The first, changed" })),
  one("ann", "updatePost", "removes the title and the place", (names) => ({ id: names["titled"], title: null, location: null })),
  one("ann", "updatePost", "publishes a draft", (names) => ({ id: names["draft"], status: "published" })),
  one("ann", "updatePost", "nothing", (names) => ({ id: names["first"] })),
  one("ann", "updatePost", "to nothing that can be read", (names) => ({ id: names["first"], content: "\u200b" })),
  one("ann", "updatePost", "back to a draft", (names) => ({ id: names["first"], status: "draft" })),
  one("ben", "updatePost", "of another", (names) => ({ id: names["first"], content: "mine" })),
  one(null, "updatePost", "by a visitor", (names) => ({ id: names["first"], content: "mine" })),
  ...all("dan", "updatePost", {
    "an unknown one": { id: nobody, content: "x" },
    "for followers, by another": (names) => ({ id: names["followers"], content: "x" }),
  }),

  one("ben", "likePost", "once", (names) => ({ id: names["first"] })),
  one("ben", "likePost", "twice", (names) => ({ id: names["first"] })),
  one("cat", "likePost", "by whom its author has blocked", (names) => ({ id: names["first"] })),
  one(null, "likePost", "by a visitor", (names) => ({ id: names["first"] })),
  ...all("dan", "likePost", cases("followers")),
  one("ben", "unlikePost", "once", (names) => ({ id: names["first"] })),
  one("ben", "unlikePost", "what is not liked", (names) => ({ id: names["titled"] })),
  ...all("dan", "unlikePost", cases("followers")),

  made(
    "comment",
    one("ben", "createComment", "on a post", (names) => ({ postId: names["first"], content: "Well said", clientMutationId: "c1" })),
  ),
  made(
    "reply",
    one("ann", "createComment", "on a comment", (names) => ({ postId: names["first"], content: "Thanks", parentCommentId: names["comment"] })),
  ),
  one("cat", "createComment", "by whom the author has blocked", (names) => ({ postId: names["first"], content: "x" })),
  one(null, "createComment", "by a visitor", (names) => ({ postId: names["first"], content: "x" })),
  one("dan", "createComment", "on a post for followers, by another", (names) => ({ postId: names["followers"], content: "x" })),
  one("ben", "createComment", "empty", (names) => ({ postId: names["first"], content: "" })),
  one("ben", "createComment", "too long", (names) => ({ postId: names["first"], content: "x".repeat(20_000) })),
  one("ben", "createComment", "on a comment that is not there", (names) => ({ postId: names["first"], content: "x", parentCommentId: nobody })),
  one("ben", "createComment", "on a post that is not there", { postId: nobody, content: "x" }),

  one("ann", "getComment", "by the post's author", (names) => ({ id: names["comment"] })),
  one("cat", "getComment", "by whom the post's author has blocked", (names) => ({ id: names["comment"] })),
  one(null, "getComment", "an unknown one", { id: nobody }),
  one(null, "getComments", "by a visitor", (names) => ({ postId: names["first"] })),
  one("ann", "getComments", "one, the most liked", (names) => ({ postId: names["first"], limit: 1, order: "most_liked" })),
  one("ann", "getComments", "replies", (names) => ({ postId: names["first"], parentCommentId: names["comment"] })),
  one("dan", "getComments", "of a post for followers, by another", (names) => ({ postId: names["followers"] })),
  one("ann", "getComments", "too many", (names) => ({ postId: names["first"], limit: 1_000 })),
  one("ben", "updateComment", "its text", (names) => ({ id: names["comment"], content: "Very well said" })),
  one("ann", "updateComment", "of another", (names) => ({ id: names["comment"], content: "x" })),
  one("ben", "updateComment", "to nothing", (names) => ({ id: names["comment"], content: " " })),
  one("ann", "likeComment", "once", (names) => ({ id: names["comment"] })),
  one(null, "likeComment", "by a visitor", (names) => ({ id: names["comment"] })),
  one("ann", "unlikeComment", "once", (names) => ({ id: names["comment"] })),
  one("cat", "likeComment", "by whom the post's author has blocked", (names) => ({ id: names["comment"] })),
  one("dan", "deleteComment", "of another", (names) => ({ id: names["comment"] })),
  one("ann", "deleteComment", "of another, under one's own post", (names) => ({ id: names["comment"] })),
  one("ann", "getComment", "a deleted one with replies", (names) => ({ id: names["comment"] })),
  one("ann", "deleteComment", "an unknown one", { id: nobody }),
  one(null, "userComments", "by a visitor", (names) => ({ id: names["ann"] })),
  one("ann", "userComments", "of an unknown user", { id: nobody }),

  one("ben", "userPosts", "by a follower", (names) => ({ id: names["ann"], limit: 3 })),
  one(null, "userPosts", "by a visitor", (names) => ({ id: names["ann"] })),
  one("cat", "userPosts", "by whom the user has blocked", (names) => ({ id: names["ann"] })),
  one("ann", "userPosts", "of nobody", { id: nobody }),
  one("ann", "userPosts", "from nowhere", (names) => ({ id: names["ann"], cursor: "nowhere" })),
  one("ben", "homeFeed", "of a follower", { limit: 10 }),
  one(null, "homeFeed", "of a visitor", {}),
  one("ben", "homeFeed", "none", { limit: 0 }),

  one("ann", "me", "one's own", {}),
  one(null, "me", "of a visitor", {}),
  one("ben", "getUser", "whom one follows", (names) => ({ id: names["ann"] })),
  one("cat", "getUser", "by whom they have blocked", (names) => ({ id: names["ann"] })),
  one(null, "getUser", "an unknown one", { id: nobody }),
  one(null, "userByUsername", "by a visitor", (names) => ({ username: names["@dan"] })),
  one(null, "userByUsername", "what is no username", { username: "not a name" }),
  one("ann", "updateProfile", "texts and links", { bio: "Writes.", location: "Here", links: ["https://example.com/"] }),
  one("ann", "updateProfile", "removes the location", { location: null }),
  one("ann", "updateProfile", "nothing", {}),
  one("ann", "updateProfile", "a picture that is no address", { avatarUrl: "picture" }),
  one(null, "updateProfile", "by a visitor", { bio: "x" }),
  one("ben", "followUser", "again", (names) => ({ id: names["ann"] })),
  one("ben", "followUser", "a private account", (names) => ({ id: names["dan"] })),
  one("ben", "followUser", "oneself", (names) => ({ id: names["ben"] })),
  one("cat", "followUser", "who has blocked one", (names) => ({ id: names["ann"] })),
  one("ben", "followUser", "nobody", { id: nobody }),
  one("ann", "followers", "one's own", (names) => ({ id: names["ann"] })),
  one("ben", "following", "one's own", (names) => ({ id: names["ben"] })),
  one(null, "followers", "of nobody", { id: nobody }),
  one("ben", "unfollowUser", "a private account, before it has answered", (names) => ({ id: names["dan"] })),
  one("ben", "unfollowUser", "whom one follows", (names) => ({ id: names["ann"] })),

  one("ann", "getMedia", "an unknown one", { id: nobody }),
  one("ann", "deleteMedia", "an unknown one", { id: nobody }),
  one("ben", "userMedia", "none that others may see", (names) => ({ id: names["ann"] })),
  one("ann", "userMedia", "documents", (names) => ({ id: names["ann"] })),
  one("ann", "getMedia", "a document", (names) => ({ id: names["document"] })),
  one("ben", "getMedia", "a document that no post shows", (names) => ({ id: names["document"] })),
  made(
    "documented",
    one("ann", "createPost", "with a document", (names) => ({ content: "Figures", postType: "TEXT", mediaIds: [names["document"]] })),
  ),
  one("ann", "createPost", "with a document that another post has", (names) => ({ content: "Again", postType: "TEXT", mediaIds: [names["document"]] })),
  one("ben", "createPost", "with a document of another", (names) => ({ content: "Mine", postType: "TEXT", mediaIds: [names["unattached"]] })),
  one("ben", "getPost", "with a document", (names) => ({ id: names["documented"] })),
  one("ben", "getMedia", "a document of a post", (names) => ({ id: names["document"] })),
  one("ben", "deleteMedia", "of another", (names) => ({ id: names["document"] })),
  one("ann", "deleteMedia", "that a post shows", (names) => ({ id: names["document"] })),
  one("ann", "deleteMedia", "that nothing shows", (names) => ({ id: names["unattached"] })),
  one("ann", "events", "of others, by no auditor", { type: "post.created" }),
  one(null, "events", "by a visitor", {}),
  one("ann", "event", "by no auditor", { id: nobody }),
  one("ann", "createReplay", "by no administrator", { consumer: "query-service", from: "2026-01-01T00:00:00.000Z" }),
  one("ann", "createReplay", "of a service that sends, too fast", { consumer: "delivery-service", from: "2026-01-01T00:00:00.000Z", rate: 9_999 }),
  one("ann", "deadLetters", "by no auditor", { limit: 5 }),
  one("ann", "dropDeadLetters", "by no administrator", { service: "post-service", id: 7 }),
  one("ann", "dropDeadLetters", "of no service", { service: "nothing", id: 0 }),
  one("ann", "searchPosts", "for nothing", { q: " " }),
  one("ann", "searchUsers", "too many", { q: "ann", limit: 500 }),
  one("ann", "searchPosts", "what nobody has written", { q: "zzzznothing" }),

  one(null, "login", "with a wrong password", (names) => ({ email: names["@ann"], password: "wrong" })),
  one(null, "login", "without a password", (names) => ({ email: names["@ann"] })),
  one(null, "register", "under a name that is taken", (names) => ({ username: names["@ann"], email: "another@test.com", password: "Test123" })),
  one(null, "register", "with three things wrong", { username: "a", email: "none", password: "1" }),
  one(null, "refreshToken", "what is none", { refreshToken: "none" }),
  one(null, "validateToken", "what is none", { token: "none" }),
  one(null, "resetPassword", "by a link that is none", { token: "none", password: "Test1234" }),
  one(null, "forgotPassword", "of nobody", { email: "nobody@test.com" }),

  one("ben", "deletePost", "of another", (names) => ({ id: names["first"] })),
  one(null, "deletePost", "by a visitor", (names) => ({ id: names["first"] })),
  one("ann", "deletePost", "one's own", (names) => ({ id: names["first"] })),
  one("ann", "deletePost", "again", (names) => ({ id: names["first"] })),
  one("ann", "getPost", "a deleted one", (names) => ({ id: names["first"] })),
];
