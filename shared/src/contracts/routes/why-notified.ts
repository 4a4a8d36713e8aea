import * as z from "zod";
import { notificationTypes } from "../dto.ts";
import { Id, NotificationId, PostId } from "../ids.ts";
import { OpenEnum, Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

/** Why a user did not hear of something. */
export const unheardReasons = [
  "own_act",
  "type_off",
  "filtered_word",
  "muted_user",
  "muted_conversation",
  "blocked",
  "not_visible",
  "deleted",
  "no_bell",
  "unknown",
] as const;
export type UnheardReason = (typeof unheardReasons)[number];

/** Why it goes, or has gone, nowhere on a channel, or later, or in place of another one. */
const channelReasons = [
  ...["type_off", "no_device", "quiet_hours", "digest", "retrying", "collapsed"],
  ...["shown", "read", "device_gone", "refused", "expired", "no_address", "unverified", "bounced", "complained", "no_room", "unknown"],
] as const;

export const ChannelWhy = z
  .object({
    goes: z.boolean().meta({ description: "It was sent, or will be" }),
    reason: OpenEnum(channelReasons)
      .nullable()
      .meta({
        description:
          "Why not, or why later; null where it goes at once. `retrying`: who carries it did not take it yet; `collapsed`: it went together with what came soon after; " +
          "`shown`: a page or app that was open had it; `read`: you had read it; `device_gone`, `refused`: who carries it does not know the device any more, or did not take it; " +
          "`no_room`: a digest had a hundred others; `unknown`: nobody knows, since it is more than 30 days ago, or nobody can say just now",
      }),
    at: Timestamp.nullable().meta({ description: "When it is due, where that is later" }),
    sentAt: Timestamp.nullable().meta({ description: "When it was sent; null where it was not" }),
  })
  .meta({ id: "ChannelWhy" });
export type ChannelWhy = z.infer<typeof ChannelWhy>;

export const WhyNotified = z
  .object({
    type: OpenEnum(notificationTypes),
    notificationId: NotificationId.nullable().meta({ description: "What is in your inbox about it" }),
    heard: z.boolean(),
    reason: OpenEnum(unheardReasons).nullable().meta({
      description: "Why you did not hear of it, as far as what holds now says; `unknown`: nothing that holds now keeps it from you. Null where you did",
    }),
    word: z.string().nullable().meta({ description: "Of `filtered_word`: which" }),
    chosen: z.boolean().meta({ description: "You have chosen where notifications of this type go; otherwise they go where those of all users go" }),
    count: z.int().nullable().meta({ description: "How many people the notification speaks of: one group for all of them" }),
    channels: z
      .object({ push: ChannelWhy, mail: ChannelWhy })
      .meta({ id: "WhyChannels" })
      .nullable()
      .meta({ description: "What became of it beside the inbox; null where you did not hear of it" }),
  })
  .meta({ id: "WhyNotified" });
export type WhyNotified = z.infer<typeof WhyNotified>;

export const whyNotifiedRoutes = defineRoutes(
  { service: "notification-service", tag: "Notifications", unverified: true },
  {
    whyNotified: {
      method: "get",
      path: "/api/v1/notifications/why",
      summary: "Why you did, or did not, hear of something: a notification, a post and what happens under it, or an event of the last 24 hours",
      access: "user",
      query: z
        .strictObject({ notification: NotificationId.optional(), post: PostId.optional(), event: Id.optional() })
        .refine((query) => Object.keys(query).length === 1, {
          message: "must be given, or a post or an event, and only one of them",
          path: ["notification"],
          // Of what is wrong in itself, nothing else is said.
          when: ({ issues }) => issues.length === 0,
        }),
      response: z.object({
        data: z.array(WhyNotified).meta({ description: "Of each type that it may be; empty for an event of which nothing was for you, or nothing is known" }),
      }),
      errors: ["not_found"],
    },
  },
);
