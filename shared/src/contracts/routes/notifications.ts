import * as z from "zod";
import { Notification, NotificationCategory } from "../dto.ts";
import { Id, NotificationId, PostId, UserId } from "../ids.ts";
import { PageQuery, pageOf, StreamCursor, Timestamp } from "../primitives.ts";
import { StreamName } from "../sockets.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "notification-service", tag: "Notifications", unverified: true } as const;

const UnseenCount = z.int().meta({ description: "Of the newest hundred, those that are unread and were not seen in the list yet" });
const UnreadCount = z.object({ unreadCount: z.int(), unseenCount: UnseenCount }).meta({ id: "UnreadCount" });

/** Says something of one notification. */
const one = {
  access: "user",
  params: z.object({ id: NotificationId }),
  body: z.strictObject({}).default({}),
  bodyOptional: true,
  response: UnreadCount,
  errors: ["not_found"],
} as const;

export const notificationRoutes = defineRoutes(common, {
  listNotifications: {
    method: "get",
    path: "/api/v1/notifications",
    summary: "Your inbox, newest first; or what of it is of one type, or unread",
    access: "user",
    query: PageQuery.safeExtend({
      type: NotificationCategory.optional().meta({ description: "Those of this category only; the counts are of all" }),
      unread: z.enum(["true", "false"]).optional().meta({ description: "`true`: unread ones only" }),
    }),
    response: pageOf(Notification).extend({ unreadCount: z.int(), unseenCount: UnseenCount, streamCursor: StreamCursor.nullable() }),
  },
  unreadCount: {
    method: "get",
    path: "/api/v1/notifications/unread-count",
    summary: "The numbers of unread and of unseen notifications",
    access: "user",
    response: UnreadCount,
  },
  readNotification: {
    method: "patch",
    path: "/api/v1/notifications/:id/read",
    summary: "Mark a notification as read (idempotent)",
    ...one,
  },
  unreadNotification: {
    method: "patch",
    path: "/api/v1/notifications/:id/unread",
    summary: "Mark a notification as unread again (idempotent)",
    ...one,
  },
  readPostNotifications: {
    method: "post",
    path: "/api/v1/notifications/read",
    summary: "Mark what is about a post as read: the newest hundred at once, more of them a moment later (idempotent)",
    access: "user",
    body: z.strictObject({ postId: PostId }),
    response: UnreadCount,
  },
  readAllNotifications: {
    method: "post",
    path: "/api/v1/notifications/read-all",
    summary: "Mark all notifications as read",
    access: "user",
    body: z.strictObject({}).default({}),
    bodyOptional: true,
    response: UnreadCount,
  },
  seeNotifications: {
    method: "post",
    path: "/api/v1/notifications/seen",
    summary: "Your inbox was looked at: what was there is seen, and stays unread (idempotent)",
    access: "user",
    body: z.strictObject({ until: Timestamp.optional().meta({ description: "The latest `updatedAt` that was shown; now, unless given" }) }).default({}),
    bodyOptional: true,
    response: UnreadCount,
  },
  streamEntries: {
    tag: "Streams",
    method: "get",
    path: "/api/v1/streams/:name/entries",
    summary: "A stream's log after a position, for clients that poll",
    access: "user",
    params: z.object({ name: StreamName }),
    query: z.strictObject({ after: StreamCursor.optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
    response: z.object({
      entries: z.array(z.object({ event: z.string(), cursor: StreamCursor, data: z.unknown() })),
      cursor: StreamCursor.meta({ description: "The position to continue from" }),
      hasMore: z.boolean(),
      reset: z.object({ reason: z.enum(["epoch", "expired", "future"]), refetch: z.array(z.string()) }).optional(),
    }),
    errors: ["forbidden", "not_found"],
  },
});

/** For other services only. */
export const notificationInternalRoutes = defineRoutes(common, {
  streamCursors: {
    method: "post",
    path: "/internal/streams/cursors",
    summary: "The current ends of streams",
    access: "service",
    body: z.strictObject({ streams: z.array(StreamName).max(500) }),
    response: z.object({ cursors: z.array(z.object({ stream: StreamName, cursor: StreamCursor })) }),
  },
  mailWishes: {
    method: "post",
    path: "/internal/users/:id/mail-wishes",
    summary: "Which of these types a user takes by mail, and when their quiet hours end that it is now",
    access: "service",
    params: z.object({ id: UserId }),
    body: z.strictObject({ types: z.array(z.string()).max(100) }),
    response: z.object({ wanted: z.array(z.string()), notBefore: Timestamp.nullable() }),
  },
  endMails: {
    method: "post",
    path: "/internal/users/:id/end-mails",
    summary: "Mail no notifications of a type to a user any more; null for any type",
    access: "service",
    params: z.object({ id: UserId }),
    body: z.strictObject({ type: z.string().nullable() }),
    response: z.object({}),
  },
  notificationExport: {
    method: "get",
    path: "/internal/users/:id/export",
    summary: "A user's notifications, and where they go",
    access: "service",
    params: z.object({ id: UserId }),
    query: z.strictObject({ section: z.enum(["notifications", "notificationPreferences", "bells"]), after: Id.optional() }),
    response: z.object({ items: z.array(z.unknown()), next: Id.nullable() }),
  },
});
