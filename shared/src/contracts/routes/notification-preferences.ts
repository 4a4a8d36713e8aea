import * as z from "zod";
import { type NotificationType, notificationTypes } from "../dto.ts";
import { mailFrequencies } from "../notification-channels.ts";
import { Revision, TimeZone } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

const Channels = z
  .strictObject({
    inbox: z.boolean().meta({ description: "What is not in the inbox goes nowhere else" }),
    push: z.boolean(),
    mail: z.boolean(),
  })
  .meta({ id: "NotificationChannels" });
export type Channels = z.infer<typeof Channels>;

const ClockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of the day, such as 22:00")
  .meta({ example: "22:00" });

export const QuietHours = z
  .strictObject({ from: ClockTime, to: ClockTime.meta({ description: "On the next day where it is not after `from`" }), timeZone: TimeZone })
  .refine(({ from, to }) => from !== to, { message: "must end at another time than it begins", path: ["to"] })
  .meta({ id: "QuietHours", example: { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" } });
export type QuietHours = z.infer<typeof QuietHours>;

/** They come into the inbox of every user, and nowhere else. */
const unchosenTypes = [
  "welcome",
  "content_removed",
  "content_restored",
  "warning",
  "appeal_resolved",
  "report_resolved",
] as const satisfies readonly NotificationType[];
type ChosenType = Exclude<NotificationType, (typeof unchosenTypes)[number]>;
/** What users choose of. */
export const chosenTypes = notificationTypes.filter((type): type is ChosenType => !(unchosenTypes as readonly NotificationType[]).includes(type));
const each = <S extends z.ZodType>(schema: S) => Object.fromEntries(chosenTypes.map((type) => [type, schema])) as Record<ChosenType, S>;

export const NotificationPreferences = z
  .object({
    types: z.object(each(Channels)).meta({ description: "Where the notifications of each type go" }),
    mailFrequency: z.enum(mailFrequencies).meta({ description: "Each mail by itself, or together once a day or a week" }),
    quietHours: QuietHours.nullable().meta({ description: "When nothing is pushed, and nothing but digests is mailed, until they end" }),
    revision: Revision,
  })
  .meta({ id: "NotificationPreferences" });
export type NotificationPreferences = z.infer<typeof NotificationPreferences>;

const UpdateNotificationPreferences = NotificationPreferences.omit({ revision: true })
  .extend({ types: z.strictObject(each(Channels.partial().meta({ id: "UpdateNotificationChannels" }).optional())) })
  .strict()
  .partial()
  .refine((body) => Object.keys(body).length > 0, "must change something")
  .meta({ id: "UpdateNotificationPreferences", minProperties: 1 });
export type UpdateNotificationPreferences = z.output<typeof UpdateNotificationPreferences>;

const path = "/api/v1/users/me/notification-preferences";

export const notificationPreferenceRoutes = defineRoutes(
  { service: "notification-service", tag: "Notifications", unverified: true },
  {
    getNotificationPreferences: {
      method: "get",
      path,
      summary: "Where your notifications go: each type in the inbox, as a push, by mail; when nothing is to disturb you",
      access: "user",
      response: NotificationPreferences,
    },
    updateNotificationPreferences: {
      method: "patch",
      path,
      summary: "Change where your notifications go; what is left out stays as it is",
      access: "user",
      body: UpdateNotificationPreferences,
      response: NotificationPreferences,
    },
  },
);
