import * as z from "zod";

/** A UUIDv7 in lower case, the only form of id that NewFeed gives out. */
export const Id = z.uuid().toLowerCase().meta({ description: "UUIDv7", example: "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e" });

/** When a UUIDv7 was made, in milliseconds, by the clock of who made it; Infinity for any other id. (RFC 9562, section 5.7.) */
export const createdAtOf = (id: string): number => (id[14] === "7" ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : Number.POSITIVE_INFINITY);

/*
 * Ids that name what they identify: one cannot stand for another, and a string stands for none. What comes from outside is
 * parsed by the schemas; `as…Id` is for ids that the code itself makes, or has stored.
 */
export const UserId = Id.brand<"UserId">();
export type UserId = z.output<typeof UserId>;
export const asUserId = (id: string) => id as UserId;

export const SessionId = Id.brand<"SessionId">();
export type SessionId = z.output<typeof SessionId>;
export const asSessionId = (id: string) => id as SessionId;

export const InviteId = Id.brand<"InviteId">();
export type InviteId = z.output<typeof InviteId>;
export const asInviteId = (id: string) => id as InviteId;

export const PasskeyId = Id.brand<"PasskeyId">();
export type PasskeyId = z.output<typeof PasskeyId>;
export const asPasskeyId = (id: string) => id as PasskeyId;

export const PostId = Id.brand<"PostId">();
export type PostId = z.output<typeof PostId>;
export const asPostId = (id: string) => id as PostId;

export const DraftId = Id.brand<"DraftId">();
export type DraftId = z.output<typeof DraftId>;
export const asDraftId = (id: string) => id as DraftId;

export const CommentId = Id.brand<"CommentId">();
export type CommentId = z.output<typeof CommentId>;
export const asCommentId = (id: string) => id as CommentId;

export const MediaId = Id.brand<"MediaId">();
export type MediaId = z.output<typeof MediaId>;
export const asMediaId = (id: string) => id as MediaId;

export const WebhookId = Id.brand<"WebhookId">();
export type WebhookId = z.output<typeof WebhookId>;
export const asWebhookId = (id: string) => id as WebhookId;

export const DeliveryId = Id.brand<"DeliveryId">();
export type DeliveryId = z.output<typeof DeliveryId>;

export const DeviceId = Id.brand<"DeviceId">();
export type DeviceId = z.output<typeof DeviceId>;
export const asDeviceId = (id: string) => id as DeviceId;

export const NotificationId = Id.brand<"NotificationId">();
export type NotificationId = z.output<typeof NotificationId>;
export const asNotificationId = (id: string) => id as NotificationId;
