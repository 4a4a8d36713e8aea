import * as z from "zod";
import { UserId } from "../ids.ts";
import { PageQuery, pageOf, Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

export const DeletionQuery = z.strictObject({
  limit: PageQuery.shape.limit,
  cursor: PageQuery.shape.cursor,
  state: z.literal("running").optional().meta({ description: "Only those that have not come to their end" }),
});
export type DeletionQuery = z.output<typeof DeletionQuery>;

export const AccountDeletion = z
  .object({
    accountId: UserId,
    begunAt: Timestamp,
    completedAt: Timestamp.nullable().meta({ description: "When all services had removed what they held; null while one has not" }),
    alertedAt: Timestamp.nullable().meta({ description: "When it had not ended for an hour, and an alert was raised" }),
    services: z
      .array(
        z.object({
          service: z.string(),
          reportedAt: Timestamp.nullable().meta({ description: "When nothing of the account was left there; null until then" }),
          removed: z.record(z.string(), z.int()).meta({ description: "How many rows went, by what removed them" }),
        }),
      )
      .meta({ description: "Each service that holds data of accounts" }),
  })
  .meta({ id: "AccountDeletion" });
export type AccountDeletion = z.infer<typeof AccountDeletion>;

export const accountDeletionRoutes = defineRoutes(
  { service: "event-service", tag: "Events" },
  {
    listAccountDeletions: {
      method: "get",
      path: "/api/v1/account-deletions",
      summary: "Deletions of accounts and how far each service is, newest first, for administrators and auditors",
      access: "user",
      scope: "admin:operate",
      query: DeletionQuery,
      response: pageOf(AccountDeletion),
      errors: ["forbidden"],
    },
  },
);
