import * as z from "zod";
import { DeviceId, NotificationId } from "../ids.ts";
import { FilledLine, Language, LinkUrl, Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "delivery-service", tag: "Devices" } as const;

const Key = (bytes: number) => z.string().regex(new RegExp(`^[\\w-]{${Math.ceil((bytes * 4) / 3)}}=*$`), `must be ${bytes} bytes in base64url`);

const PushDevice = z
  .object({
    id: DeviceId,
    kind: z.enum(["web", "fcm"]),
    name: z.string(),
    language: z.string(),
    current: z.boolean().meta({ description: "It was registered in this session" }),
    createdAt: Timestamp,
  })
  .meta({ id: "PushDevice" });
export type PushDevice = z.infer<typeof PushDevice>;

const Subscription = z
  .strictObject({ endpoint: LinkUrl, keys: z.strictObject({ p256dh: Key(65), auth: Key(16) }) })
  .meta({ description: "Of a browser: what `PushManager.subscribe` gives, for `webPushKey`" });
const FcmToken = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^[\w:.-]+$/, "must be a token")
  .meta({ description: "Of an app, from Firebase Cloud Messaging" });

export const RegisterDevice = z
  .strictObject({
    kind: z.enum(["web", "fcm"]),
    name: FilledLine(100).meta({ example: "Firefox on Linux" }),
    language: Language.default("en").meta({ description: "Comes back with each push" }),
    subscription: Subscription.optional(),
    token: FcmToken.optional(),
  })
  .refine(({ kind, subscription, token }) => (kind === "web" ? subscription : token), {
    error: "must have a subscription when it is web, else a token",
    path: ["kind"],
  })
  .meta({ id: "RegisterDevice", example: { kind: "fcm", name: "Pixel 9", token: "abc_123" } });
export type RegisterDevice = z.output<typeof RegisterDevice>;

/** Devices that notifications are pushed to. */
export const deviceRoutes = defineRoutes(common, {
  listDevices: {
    method: "get",
    path: "/api/v1/devices",
    summary: "Your devices that notifications are pushed to, the newest first, and what browsers subscribe with",
    access: "user",
    response: z.object({
      data: z.array(PushDevice),
      webPushKey: z.string().meta({ description: "`applicationServerKey` of `PushManager.subscribe`: base64url" }),
    }),
  },
  registerDevice: {
    method: "post",
    path: "/api/v1/devices",
    summary: "Have notifications pushed to a device until this session ends. One that is registered already becomes yours; beyond twenty, the oldest goes",
    access: "user",
    // It belongs to a session.
    scope: null,
    limit: "registerDevice",
    body: RegisterDevice,
    response: PushDevice,
    status: 201,
  },
  acknowledgeNotifications: {
    method: "post",
    path: "/api/v1/devices/acknowledgements",
    summary: "Say that these notifications are shown on an open page or app: they are not pushed, unless there is more news of them",
    access: "user",
    body: z.strictObject({ notificationIds: z.array(NotificationId).min(1).max(100) }),
  },
  removeDevice: {
    method: "delete",
    path: "/api/v1/devices/:id",
    summary: "Push nothing to a device any more",
    access: "user",
    params: z.object({ id: DeviceId }),
    errors: ["not_found"],
  },
});
