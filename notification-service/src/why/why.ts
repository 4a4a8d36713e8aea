import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import type { NotificationId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { ChannelWhy, UnheardReason, WhyNotified } from "@newfeed/shared/contracts/routes/why-notified.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { endOfQuietHours } from "@newfeed/shared/ports/quiet-hours.ts";
import { bellRings } from "../bells/bell-store.ts";
import { newPostGroup, textOf } from "../bells/new-posts.ts";
import { findNotifications } from "../inbox/notification-store.ts";
import { draftsOf } from "../inbox/notification-table.ts";
import { filtersOf } from "../inbox/word-filter-store.ts";
import { findPreferences, type StoredPreferences } from "../preferences/preference-store.ts";
import { channelsOf, initialPreferences } from "../preferences/preferences.ts";
import { findRefusal, findTold, findVisiblePost, type Question } from "./why-store.ts";

// Asked, not recorded: docs/decisions/0122-why.md.

/** What a user asks about: one of these. */
export interface Asked {
  notification?: NotificationId | undefined;
  post?: PostId | undefined;
  event?: string | undefined;
}

interface Sources {
  query: Query;
  /** An event that was sent within the last 24 hours. */
  findEvent: (id: string) => Promise<Event | undefined>;
}

/** Where a type goes beside the inbox, of what was done at a time. What became of it there, delivery-service knows. */
function channelsFor({ choices, hasDevices, mailFrequency, quietHours }: StoredPreferences, type: string, at: Date): WhyNotified["channels"] {
  const channels = channelsOf(choices, type);
  const end = quietHours && endOfQuietHours(quietHours, at.getTime());
  const off: ChannelWhy = { goes: false, reason: "type_off", at: null };
  const goes: ChannelWhy = end ? { goes: true, reason: "quiet_hours", at: end.toISOString() } : { goes: true, reason: null, at: null };
  return {
    push: !channels.push ? off : hasDevices ? goes : { goes: false, reason: "no_device", at: null },
    mail: !channels.mail ? off : mailFrequency === "at_once" ? goes : { goes: true, reason: "digest", at: null },
  };
}

const chosenIn = ({ choices }: StoredPreferences, type: string) => Object.hasOwn(choices, type);

async function answer(query: Query, preferences: StoredPreferences, question: Question, at: Date, isOwnAct = false): Promise<WhyNotified> {
  const { type, userId, actorId, text, groupKey } = question;
  const unheard = (reason: UnheardReason, word: string | null = null): WhyNotified => ({
    ...{ type, notificationId: null, heard: false, reason, word, chosen: chosenIn(preferences, type), count: null, channels: null },
  });
  if (isOwnAct) return unheard("own_act");
  const told = await findTold(query, question);
  if (told) {
    const channels = channelsFor(preferences, type, at);
    const count = groupKey === null ? null : told.count;
    return { type, notificationId: told.id, heard: true, reason: null, word: null, chosen: chosenIn(preferences, type), count, channels };
  }
  const refusal = await findRefusal(query, question);
  if (refusal) return unheard(refusal);
  const word = text === null ? undefined : (await filtersOf(query, [userId])).get(userId)?.(text);
  if (word !== undefined) return unheard("filtered_word", word);
  const isWithoutBell = type === "new_post" && actorId !== null && !(await bellRings(query, userId, actorId));
  return unheard(isWithoutBell ? "no_bell" : "unknown");
}

async function whyNotification(query: Query, preferences: StoredPreferences, userId: UserId, id: NotificationId): Promise<WhyNotified> {
  const [row] = await findNotifications(query, userId, [id]);
  if (!row) throw new Problem("not_found");
  const channels = channelsFor(preferences, row.type, row.updatedAt);
  const count = row.groupKey === null ? null : row.count;
  return { type: row.type, notificationId: id, heard: true, reason: null, word: null, chosen: chosenIn(preferences, row.type), count, channels };
}

/** What a post, and what happens under it, may tell a user who can see it. */
async function questionsAbout(query: Query, userId: UserId, postId: PostId): Promise<Question[]> {
  const post = await findVisiblePost(query, userId, postId);
  if (!post) throw new Problem("not_found");
  const { authorId, visibility } = post;
  const followersOf = visibility === "public" ? null : authorId;
  const question = { userId, actorId: null, groupKey: null, postId, threadId: postId, commentId: null, text: null, followersOf };
  if (authorId === userId)
    return (["new_comment", "post_liked", "post_reposted"] as const).map((type) => ({ ...question, type, groupKey: `${type}:${postId}` }));
  return [
    { ...question, type: "new_post", actorId: authorId, groupKey: newPostGroup(postId), text: textOf(post) },
    ...(["comment_reply", "mention"] as const).map((type) => ({ ...question, type })),
  ];
}

/**
 * Why a user did, or did not, hear of something. Of a post: what of it, and of what happens under it, they heard of, and what they
 * would not hear of now. Throws `not_found` for what is not in their inbox, and for a post that they may not see.
 */
export async function whyNotified({ query, findEvent }: Sources, userId: UserId, asked: Asked): Promise<WhyNotified[]> {
  const preferences = (await findPreferences(query, [userId])).get(userId) ?? initialPreferences;
  if (asked.notification) return [await whyNotification(query, preferences, userId, asked.notification)];
  if (asked.post) {
    const questions = await questionsAbout(query, userId, asked.post);
    const answers = await Promise.all(questions.map((question) => answer(query, preferences, question, new Date())));
    // Of what would be under it, and they would hear of, nothing has happened.
    return answers.filter(({ type, reason }) => reason !== "unknown" || type === "new_post");
  }
  const event = asked.event === undefined ? undefined : await findEvent(asked.event);
  if (!event) return [];
  const isTheirs = ({ userId: recipient }: Question) => recipient === userId;
  const isOwnAct = event.actorId === userId;
  // Users are not notified of their own acts: of those of nobody they are.
  const drafts = draftsOf(isOwnAct ? { ...event, actorId: null } : event).filter(isTheirs);
  return Promise.all(drafts.map((draft) => answer(query, preferences, draft, new Date(event.occurredAt), isOwnAct)));
}
