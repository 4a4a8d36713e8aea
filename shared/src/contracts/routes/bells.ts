import * as z from "zod";
import { UserId } from "../ids.ts";
import { defineRoutes } from "./define.ts";

const Bell = z.object({ on: z.boolean().meta({ description: "The user's new posts notify you" }) }).meta({ id: "Bell" });
export type Bell = z.infer<typeof Bell>;

const path = "/api/v1/users/:id/bell";
const params = z.object({ id: UserId });

export const bellRoutes = defineRoutes(
  { service: "notification-service", tag: "Notifications", unverified: true },
  {
    getBell: { method: "get", path, summary: "Do this user's new posts notify you?", access: "user", params, response: Bell },
    setBell: {
      method: "post",
      path,
      summary:
        "Have the new posts of a user whom you follow notify you (idempotent), until you unfollow them or one of you blocks the other; nobody else learns of it",
      access: "user",
      params,
      response: Bell,
      errors: ["not_found"],
    },
    removeBell: { method: "delete", path, summary: "Have this user's new posts notify you no more (idempotent)", access: "user", params, response: Bell },
  },
);
