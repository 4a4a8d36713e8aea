import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import { asCommentId, asPostId, type NotificationId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { UpdateNotificationPreferences } from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import type { Fate } from "@newfeed/shared/contracts/routes/webhooks.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { setBell } from "../bells/bell-store.ts";
import { listInbox, markRead } from "../inbox/inbox.ts";
import { commented, event, liked, newAuthor, openInboxes } from "../inbox/testing.ts";
import { saveFilteredWords } from "../inbox/word-filter-store.ts";
import { updatePreferences } from "../preferences/preferences.ts";
import { type Asked, whyNotified } from "./why.ts";

const { database, store, apply } = await openInboxes("why");
const within = <T>(work: (query: Query) => Promise<T>): Promise<T> => store.transaction(({ query }) => work(query));

const sent = new Map<string, Event>();
const happens = async (happened: Event): Promise<Asked> => {
  sent.set(happened.id, happened);
  await apply(happened);
  return { event: happened.id };
};
/** As delivery-service would say. */
let fate: { push?: Fate; mail?: Fate } | null = null;
const fatesOf = async (_userId: UserId, ids: readonly NotificationId[]) => fate && new Map(ids.map((id) => [id, { push: null, mail: null, ...fate }]));
const why = (userId: UserId, asked: Asked) => within((query) => whyNotified({ query, findEvent: async (id) => sent.get(id), fatesOf }, userId, asked));

interface Scene {
  owner: Author;
  other: Author;
  /** A post of the owner's. */
  postId: PostId;
}
const relation = () => ({ id: uuidv7(), revision: 1 });
const at = new Date().toISOString();

async function publishes(author: Author, { id = asPostId(uuidv7()), visibility = "public", quotedAuthorId = null as UserId | null } = {}) {
  const texts = { content: "What I saw", contentWarning: null, title: null };
  const post = { id, author, ...texts, visibility, status: "published", createdAt: at, updatedAt: at, revision: 1 } as unknown as EventPost;
  await apply(event("post.created", { id, revision: 1 }, author.id, { post, quotedAuthorId }));
  return { id, asked: await happens(event("post.published", { id, revision: 1 }, author.id, { post, quotedAuthorId })) };
}
const comments = ({ owner, other, postId }: Scene, mentioned: UserId[] = []) =>
  happens(commented({ id: asCommentId(uuidv7()), postId }, other, owner.id, 1, mentioned));
const likes = ({ owner, other, postId }: Scene, by = other) => happens(liked(uuidv7(), 1, by, postId, owner.id));
const replies = (scene: Scene) => {
  const reply = commented({ id: asCommentId(uuidv7()), postId: scene.postId }, scene.other, newAuthor().id);
  return happens({ ...reply, data: { ...reply.data, parentAuthorId: scene.owner.id } } as Event);
};
const repost = ({ owner, other, postId }: Scene) => ({
  postId,
  postAuthorId: owner.id,
  userId: other.id,
  user: other,
  repostCount: 1,
  visibility: "public" as const,
});
const follows = async (follower: Author, followee: Author) => {
  await database.query("INSERT INTO projection.author (id, username, full_name, revision) VALUES ($1, 'someone', 'Some One', 1)", [followee.id]);
  await apply(event("user.followed", relation(), follower.id, { followerId: follower.id, followeeId: followee.id, follower, approved: false }));
};
const mutes = (muter: Author, muted: Author) => apply(event("user.muted", relation(), muter.id, { muterId: muter.id, mutedId: muted.id, until: null }));
const blocks = (blocker: Author, blocked: Author) => apply(event("user.blocked", relation(), blocker.id, { blockerId: blocker.id, blockedId: blocked.id }));
const mutesPost = (user: Author, postId: PostId) => apply(event("post.muted", relation(), user.id, { postId, userId: user.id, until: null }));
const sets = (user: Author, body: UpdateNotificationPreferences) => updatePreferences(within, user.id, body);
const filters = (user: Author, until: string | null) => within((query) => saveFilteredWords(query, user.id, [{ word: "hello", until }]));
const hasDevice = (user: Author) => database.query("INSERT INTO notification_preferences (user_id, has_devices) VALUES ($1, true)", [user.id]);
const newest = async ({ owner }: Scene): Promise<Asked> => ({ notification: (await listInbox(store, owner.id, { limit: 1 })).data[0]?.id as NotificationId });
const soon = new Date(Date.now() + 3_600_000).toISOString();
const fateIs = (outcome: string | null, more: Partial<Fate> = {}): Fate => ({ outcome, at, attempts: 0, digest: false, ...more });
const [nowhere, goes] = [false, true].map((is) => (reason: string | null, more: object = {}) => ({ goes: is, reason, at: null, sentAt: null, ...more })) as [
  (reason: string | null, more?: object) => object,
  (reason: string | null, more?: object) => object,
];
/** Of a comment that is pushed and mailed. */
async function reached(scene: Scene, told: NonNullable<typeof fate>, preferences: UpdateNotificationPreferences = {}) {
  await sets(scene.owner, { types: mailed, ...preferences });
  await database.query("UPDATE notification_preferences SET has_devices = true WHERE user_id = $1", [scene.owner.id]);
  fate = told;
  return comments(scene);
}
const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);

const heard = (type: string, more: object = {}) => [{ type, heard: true, reason: null, notificationId: expect.any(String), ...more }];
const unheard = (type: string, reason: string, more: object = {}) => [{ type, heard: false, reason, notificationId: null, channels: null, ...more }];
const mailed = { new_comment: { mail: true } };

const cases: [name: string, ask: (scene: Scene) => Promise<Asked>, answer: object[]][] = [
  ["of a comment that came", comments, heard("new_comment", { chosen: false, count: 1, word: null })],
  ["of a like in a group", async (scene) => likes(scene).then(() => likes(scene, newAuthor())), heard("post_liked", { count: 2 })],
  ["of a reply", replies, heard("comment_reply", { count: null })],
  ["of a mention", async (scene) => comments({ ...scene, owner: newAuthor() }, [scene.owner.id]), heard("mention")],
  [
    "of a liked comment",
    async ({ owner, other, postId }) =>
      happens(
        event("like.created", relation(), other.id, {
          ...{ commentId: asCommentId(uuidv7()), postId, commentAuthorId: owner.id, userId: other.id, user: other, likeCount: 1 },
          ...{ visibility: "public", content: "hello" },
        }),
      ),
    heard("like_created"),
  ],
  ["of a repost", async (scene) => happens(event("post.reposted", relation(), scene.other.id, repost(scene))), heard("post_reposted")],
  [
    "of a new follower",
    async ({ owner, other }) =>
      happens(event("user.followed", relation(), other.id, { followerId: other.id, followeeId: owner.id, follower: other, approved: false })),
    heard("new_follower"),
  ],
  [
    "of a request to follow",
    async ({ owner, other }) => happens(event("user.follow_requested", relation(), other.id, { followerId: other.id, followeeId: owner.id, follower: other })),
    heard("follow_request"),
  ],
  ["of a quote", async ({ owner, other }) => (await publishes(other, { quotedAuthorId: owner.id })).asked, heard("post_quoted")],
  [
    "of a poll that has ended",
    async ({ owner, postId }) =>
      happens(event("poll.ended", { id: postId, revision: 2 }, null, { postId, postAuthorId: owner.id, visibility: "public", userIds: [owner.id] })),
    heard("poll_ended"),
  ],
  ["of a notification", async (scene) => comments(scene).then(() => newest(scene)), heard("new_comment")],
  [
    "of a notification that was read",
    async (scene) => {
      await comments(scene);
      await markRead(store, scene.owner.id, null);
      return newest(scene);
    },
    heard("new_comment"),
  ],
  [
    "of a comment in a group that was read, after others",
    async (scene) => {
      const asked = await comments(scene);
      await markRead(store, scene.owner.id, (await newest(scene)).notification ?? null);
      await comments({ ...scene, other: newAuthor() });
      return asked;
    },
    heard("new_comment", { count: 1 }),
  ],
  [
    "of a post of one's own, under which much happens",
    async (scene) => {
      await comments(scene);
      await likes(scene);
      return { post: scene.postId };
    },
    [...heard("new_comment"), ...heard("post_liked")],
  ],
  [
    "of a comment that is mailed at once",
    async (scene) => sets(scene.owner, { types: mailed }).then(() => comments(scene)),
    heard("new_comment", { chosen: true, channels: { push: nowhere("no_device"), mail: goes("unknown") } }),
  ],
  [
    "of a comment that is mailed with others",
    (scene) => reached(scene, { mail: fateIs(null, { at: soon, digest: true }) }),
    heard("new_comment", { channels: { push: goes("unknown"), mail: goes("digest", { at: soon }) } }),
  ],
  [
    "of a comment in quiet hours",
    (scene) => {
      const quietHours = { from: clock(-60), to: clock(60), timeZone: "UTC" };
      return reached(scene, { push: fateIs(null, { at: soon }), mail: fateIs(null, { at: soon, attempts: 1 }) }, { quietHours });
    },
    heard("new_comment", { channels: { push: goes("quiet_hours", { at: soon }), mail: goes("quiet_hours", { at: soon }) } }),
  ],
  [
    "of a comment that is pushed",
    async (scene) => hasDevice(scene.owner).then(() => comments(scene)),
    heard("new_comment", { channels: { push: goes("unknown"), mail: nowhere("type_off") } }),
  ],
  [
    "of a like, which is not pushed",
    async (scene) => hasDevice(scene.owner).then(() => likes(scene)),
    heard("post_liked", { channels: { push: nowhere("type_off"), mail: expect.anything() } }),
  ],
  [
    "of a comment that is on its way",
    (scene) => reached(scene, { push: fateIs(null), mail: fateIs(null) }),
    heard("new_comment", { channels: { push: goes(null), mail: goes(null) } }),
  ],
  [
    "of a comment that was pushed and mailed",
    (scene) => reached(scene, { push: fateIs("collapsed"), mail: fateIs("sent") }),
    heard("new_comment", { channels: { push: goes("collapsed", { sentAt: at }), mail: goes(null, { sentAt: at }) } }),
  ],
  [
    "of a comment that is tried again",
    (scene) => reached(scene, { push: fateIs(null, { at: soon, attempts: 2 }), mail: fateIs("bounced") }),
    heard("new_comment", { channels: { push: goes("retrying", { at: soon }), mail: nowhere("bounced") } }),
  ],
  [
    "of a comment that an open page has shown, and is not mailed any more",
    (scene) => reached(scene, { push: fateIs("shown"), mail: fateIs("type_off") }),
    heard("new_comment", { channels: { push: nowhere("shown"), mail: nowhere("type_off") } }),
  ],
  ["of a comment of one's own", async (scene) => comments({ ...scene, other: scene.owner }), unheard("new_comment", "own_act")],
  [
    "of a kind that is turned off",
    async (scene) => sets(scene.owner, { types: { post_liked: { inbox: false } } }).then(() => likes(scene)),
    unheard("post_liked", "type_off", { chosen: true }),
  ],
  ["of a user who is muted", async (scene) => mutes(scene.owner, scene.other).then(() => comments(scene)), unheard("new_comment", "muted_user")],
  [
    "of a conversation that is muted",
    async (scene) => mutesPost(scene.owner, scene.postId).then(() => comments(scene)),
    unheard("new_comment", "muted_conversation"),
  ],
  ["of a filtered word", async (scene) => filters(scene.owner, null).then(() => comments(scene)), unheard("new_comment", "filtered_word", { word: "hello" })],
  ["of a word that was filtered until a while ago", async (scene) => filters(scene.owner, at).then(() => comments(scene)), heard("new_comment")],
  ["of a user who is blocked", async (scene) => blocks(scene.owner, scene.other).then(() => comments(scene)), unheard("new_comment", "blocked")],
  [
    "of a user who has blocked, which stays unsaid",
    async (scene) => blocks(scene.other, scene.owner).then(() => comments(scene)),
    unheard("new_comment", "not_visible"),
  ],
  [
    "of a mention under a post for followers",
    async (scene) => {
      const mention = commented({ id: asCommentId(uuidv7()), postId: scene.postId }, scene.other, newAuthor().id, 1, [scene.owner.id]);
      return happens({ ...mention, data: { ...mention.data, visibility: "followers" } } as Event);
    },
    unheard("mention", "not_visible"),
  ],
  [
    "of a comment that was deleted",
    async (scene) => {
      const id = asCommentId(uuidv7());
      const asked = await happens(commented({ id, postId: scene.postId }, scene.other, scene.owner.id));
      const data = { commentId: id, postId: scene.postId, authorId: scene.other.id, deletedById: scene.other.id };
      await apply(event("comment.deleted", { id, revision: 2 }, scene.other.id, data));
      return asked;
    },
    unheard("new_comment", "deleted"),
  ],
  [
    "of a like that was taken back",
    async ({ owner, other, postId }) => {
      const id = uuidv7();
      const asked = await happens(liked(id, 1, other, postId, owner.id));
      await apply(liked(id, 2, other, postId, owner.id));
      return asked;
    },
    unheard("post_liked", "unknown"),
  ],
  [
    "of a user who was muted then",
    async (scene) => {
      await mutes(scene.owner, scene.other);
      const asked = await comments(scene);
      await database.query("UPDATE projection.mute SET until = now() WHERE muter_id = $1", [scene.owner.id]);
      return asked;
    },
    unheard("new_comment", "unknown"),
  ],
  [
    "of a post of one's own, whose likes are turned off",
    async (scene) => sets(scene.owner, { types: { post_liked: { inbox: false } } }).then(() => ({ post: scene.postId })),
    unheard("post_liked", "type_off"),
  ],
  [
    "of another's post, whose conversation is muted",
    async ({ owner, other }) => {
      const { id } = await publishes(other);
      await mutesPost(owner, id);
      return { post: id };
    },
    [...unheard("new_post", "muted_conversation"), ...unheard("comment_reply", "muted_conversation"), ...unheard("mention", "muted_conversation")],
  ],
  [
    "of a post by a user whose bell is on",
    async (scene) => {
      await follows(scene.owner, scene.other);
      await within((query) => setBell(query, scene.owner.id, scene.other.id));
      return { post: (await publishes(scene.other)).id };
    },
    heard("new_post"),
  ],
  ["of a post by a user without a bell", async ({ other }) => ({ post: (await publishes(other)).id }), unheard("new_post", "no_bell")],
  [
    "of a post by a user whose bell came later",
    async ({ owner, other }) => {
      await follows(owner, other);
      const { id } = await publishes(other);
      await within((query) => setBell(query, owner.id, other.id));
      return { post: id };
    },
    unheard("new_post", "unknown"),
  ],
  ["of an event that does not concern them", async (scene) => comments({ ...scene, owner: newAuthor() }), []],
  ["of an event that is not known", async () => ({ event: uuidv7() }), []],
];

test.each(cases)("users hear why %s", async (_name, ask, answer) => {
  fate = null;
  const owner = newAuthor();
  const scene = { owner, other: newAuthor(), postId: (await publishes(owner)).id };
  const answers = await why(owner.id, await ask(scene));
  expect(answers).toHaveLength(answer.length);
  expect(answers).toMatchObject(answer);
});

test("another's notification, and a post that is not to be seen, are not found", async () => {
  const [owner, other] = [newAuthor(), newAuthor()];
  const { id: postId } = await publishes(owner, { visibility: "followers" });
  await comments({ owner, other, postId });
  await expect(why(other.id, await newest({ owner, other, postId }))).rejects.toMatchObject({ code: "not_found" });
  await expect(why(other.id, { post: postId })).rejects.toMatchObject({ code: "not_found" });
});
