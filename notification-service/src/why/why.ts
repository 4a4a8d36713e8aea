import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import type { NotificationId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Fate } from "@newfeed/shared/contracts/routes/webhooks.ts";
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
  /** What became of these outside the inbox, of those of which it is known; null where nobody can say just now. */
  fatesOf: (userId: UserId, ids: readonly NotificationId[]) => Promise<Fates | null>;
}

/** What became of notifications by channel, as delivery-service knows it. */
export type Fates = ReadonlyMap<NotificationId, { push: Fate | null; mail: Fate | null }>;

const nowhere = (reason: string): ChannelWhy => ({ goes: false, reason, at: null, sentAt: null });
const goes = (reason: string | null, at: string | null = null): ChannelWhy => ({ goes: true, reason, at, sentAt: null });

/** Where a type goes beside the inbox. What became of it there, delivery-service knows. */
function channelsFor({ choices, hasDevices }: StoredPreferences, type: string): WhyNotified["channels"] {
  const channels = channelsOf(choices, type);
  return {
    push: !channels.push ? nowhere("type_off") : hasDevices ? goes("unknown") : nowhere("no_device"),
    mail: !channels.mail ? nowhere("type_off") : goes("unknown"),
  };
}

/** What was due so soon is on its way. */
const atOnceMs = 5_000;

function whyOf({ outcome, at, attempts, digest }: Fate, { quietHours }: StoredPreferences): ChannelWhy {
  if (outcome === "sent" || outcome === "collapsed") return { goes: true, reason: outcome === "sent" ? null : outcome, at: null, sentAt: at };
  if (outcome !== null) return nowhere(outcome);
  const due = Date.parse(at) > Date.now() + atOnceMs ? at : null;
  if (digest) return goes("digest", due);
  if (due && quietHours && endOfQuietHours(quietHours, Date.now())) return goes("quiet_hours", due);
  return goes(attempts > 0 ? "retrying" : null, due);
}

/** The answers with what became of their notifications. */
async function withFates({ fatesOf }: Sources, userId: UserId, preferences: StoredPreferences, answers: readonly WhyNotified[]): Promise<WhyNotified[]> {
  const ids = answers.flatMap(({ notificationId, channels }) => (notificationId && channels ? [notificationId] : []));
  const fates = ids.length === 0 ? null : await fatesOf(userId, ids);
  return answers.map((answered) => {
    const { channels, notificationId } = answered;
    const fate = notificationId && fates?.get(notificationId);
    if (!channels || !fate) return answered;
    const { push, mail } = fate;
    return { ...answered, channels: { push: push ? whyOf(push, preferences) : channels.push, mail: mail ? whyOf(mail, preferences) : channels.mail } };
  });
}

const chosenIn = ({ choices }: StoredPreferences, type: string) => Object.hasOwn(choices, type);

async function answer(query: Query, preferences: StoredPreferences, question: Question, isOwnAct = false): Promise<WhyNotified> {
  const { type, userId, actorId, text, groupKey } = question;
  const unheard = (reason: UnheardReason, word: string | null = null): WhyNotified => ({
    ...{ type, notificationId: null, heard: false, reason, word, chosen: chosenIn(preferences, type), count: null, channels: null },
  });
  if (isOwnAct) return unheard("own_act");
  const told = await findTold(query, question);
  if (told) {
    const channels = channelsFor(preferences, type);
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
  const channels = channelsFor(preferences, row.type);
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
export async function whyNotified(sources: Sources, userId: UserId, asked: Asked): Promise<WhyNotified[]> {
  const preferences = (await findPreferences(sources.query, [userId])).get(userId) ?? initialPreferences;
  return withFates(sources, userId, preferences, await answersTo(sources, preferences, userId, asked));
}

async function answersTo({ query, findEvent }: Sources, preferences: StoredPreferences, userId: UserId, asked: Asked): Promise<WhyNotified[]> {
  if (asked.notification) return [await whyNotification(query, preferences, userId, asked.notification)];
  if (asked.post) {
    const questions = await questionsAbout(query, userId, asked.post);
    const answers = await Promise.all(questions.map((question) => answer(query, preferences, question)));
    // Of what would be under it, and they would hear of, nothing has happened.
    return answers.filter(({ type, reason }) => reason !== "unknown" || type === "new_post");
  }
  const event = asked.event === undefined ? undefined : await findEvent(asked.event);
  if (!event) return [];
  const isTheirs = ({ userId: recipient }: Question) => recipient === userId;
  const isOwnAct = event.actorId === userId;
  // Users are not notified of their own acts: of those of nobody they are.
  const drafts = draftsOf(isOwnAct ? { ...event, actorId: null } : event).filter(isTheirs);
  return Promise.all(drafts.map((draft) => answer(query, preferences, draft, isOwnAct)));
}
