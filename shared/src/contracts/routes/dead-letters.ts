import * as z from "zod";
import { UserId } from "../ids.ts";
import { FilledLine, PageQuery, pageOf, Timestamp } from "../primitives.ts";
import { type ServiceName, storingServiceNames } from "../services.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "event-service", tag: "Dead letters" } as const;
const forOperators = { access: "user", scope: "admin:operate" } as const;

const service = z.enum(storingServiceNames);
const LetterId = z.int().min(1);
const LetterIdText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "must be the id of a dead letter")
  .meta({ example: "1" });
const filter = {
  type: FilledLine(200).optional(),
  reason: FilledLine(200).optional().meta({ description: "A text that the reason has in it" }),
};

const letter = {
  id: LetterId.meta({ description: "Unique within the service" }),
  messageId: z.string(),
  type: z.string(),
  key: z.string().nullable(),
  reason: z.string(),
  tries: z.int(),
  failedAt: Timestamp.meta({ description: "The first time" }),
  replayAt: Timestamp.nullable().meta({ description: "Since when it is to be handled again; null when it is not" }),
};
const KeptLetter = z.object(letter);
const KeptLetterInFull = z.object({ ...letter, body: z.string(), detail: z.string().nullable() });

export const DeadLetterSummary = z.object({ service: z.string(), ...letter }).meta({ id: "DeadLetterSummary" });
export type DeadLetterSummary = z.infer<typeof DeadLetterSummary>;
export const DeadLetter = z
  .object({
    ...DeadLetterSummary.shape,
    body: z.string().nullable().meta({ description: "As it was published; null once a post, comment or account that it speaks of is deleted" }),
    detail: z.string().nullable().meta({ description: "For developers: a stack, a list of issues" }),
  })
  .meta({ id: "DeadLetter" });
export type DeadLetter = z.infer<typeof DeadLetter>;

const step = {
  id: z.string(),
  at: Timestamp,
  actorId: UserId.nullable().meta({ description: "Null for the command line" }),
  action: z.enum(["replay", "drop"]),
  letterId: LetterId.nullable().meta({ description: "The one that was named; null for all of a type, or with a reason" }),
  type: z.string().nullable(),
  reason: z.string().nullable(),
  letters: z.int().meta({ description: "How many it were" }),
};
export const DeadLetterStep = z.object({ service: z.string(), ...step }).meta({ id: "DeadLetterStep" });
export type DeadLetterStep = z.infer<typeof DeadLetterStep>;

const paging = { limit: PageQuery.shape.limit, cursor: z.string().max(128).optional() };
export const DeadLetterQuery = z.strictObject({ ...paging, service: service.optional(), ...filter });
export type DeadLetterQuery = z.output<typeof DeadLetterQuery>;
export const DeadLetterAuditQuery = z.strictObject(paging);
export type DeadLetterAuditQuery = z.output<typeof DeadLetterAuditQuery>;

export const ChangeDeadLetters = z
  .strictObject({
    service,
    id: LetterId.max(999_999_999_999_999).optional().meta({ description: "One; otherwise all of the service, or those of the type and with the reason" }),
    ...filter,
    after: z.int().min(0).max(999_999_999_999_999).default(0).meta({ description: "`next` of the call before" }),
  })
  .meta({ id: "ChangeDeadLetters" });
export type ChangeDeadLetters = z.output<typeof ChangeDeadLetters>;
export const ChangedDeadLetters = z
  .object({ letters: z.int(), next: LetterId.nullable().meta({ description: "`after` of the next call, as long as there may be more" }) })
  .meta({ id: "ChangedDeadLetters" });
export type ChangedDeadLetters = z.infer<typeof ChangedDeadLetters>;

const change = {
  method: "post",
  ...forOperators,
  body: ChangeDeadLetters,
  response: ChangedDeadLetters,
  status: 200,
  errors: ["forbidden", "not_found"],
} as const;

export const deadLetterRoutes = defineRoutes(common, {
  listDeadLetters: {
    method: "get",
    path: "/api/v1/dead-letters",
    summary:
      "Events that services failed to handle, service by service, for administrators and auditors. A page may be short: go on behind its `endCursor`. Services that cannot be asked are left out",
    ...forOperators,
    query: DeadLetterQuery,
    response: pageOf(DeadLetterSummary),
    errors: ["forbidden"],
  },
  countDeadLetters: {
    method: "get",
    path: "/api/v1/dead-letters/counts",
    summary: "How many dead letters each service has, for administrators and auditors",
    ...forOperators,
    response: z.object({
      services: z.array(z.object({ service: z.string(), letters: z.int().nullable().meta({ description: "Null when it cannot be asked" }) })),
    }),
    errors: ["forbidden"],
  },
  deadLetterAudit: {
    method: "get",
    path: "/api/v1/dead-letters/audit",
    summary: "What was done with dead letters, newest first, for administrators and auditors",
    ...forOperators,
    query: DeadLetterAuditQuery,
    response: pageOf(DeadLetterStep),
    errors: ["forbidden"],
  },
  replayDeadLetters: {
    ...change,
    path: "/api/v1/dead-letters/replay",
    summary: "Have a service handle dead letters again, for administrators: each takes effect once. One that fails again stays, with the newer reason",
  },
  dropDeadLetters: { ...change, path: "/api/v1/dead-letters/drop", summary: "Forget dead letters, for administrators. Their events never take effect" },
  getDeadLetter: {
    method: "get",
    path: "/api/v1/dead-letters/:service/:id",
    summary: "A dead letter with its body and why it failed, for administrators and auditors",
    ...forOperators,
    params: z.object({ service, id: LetterIdText }),
    response: DeadLetter,
    errors: ["forbidden", "not_found"],
  },
});

/** What each service with a database answers event-service. */
export const deadLetterRoutesOf = (name: ServiceName) =>
  defineRoutes(
    { service: name, tag: "Dead letters" },
    {
      keptLetters: {
        method: "post",
        path: "/internal/dead-letters/list",
        summary: "Its dead letters behind an id",
        access: "service",
        body: z.strictObject({ ...filter, after: z.int(), limit: z.int().min(1).max(1_000) }),
        response: z.object({ letters: z.array(KeptLetter), next: LetterId.nullable() }),
      },
      keptLetter: {
        method: "post",
        path: "/internal/dead-letters/one",
        summary: "One of its dead letters",
        access: "service",
        body: z.strictObject({ id: LetterIdText }),
        response: z.object({ letter: KeptLetterInFull.nullable() }),
      },
      changeLetters: {
        method: "post",
        path: "/internal/dead-letters/change",
        summary: "Replays or drops some of its dead letters",
        access: "service",
        body: z.strictObject({ ...filter, action: z.enum(["replay", "drop"]), id: LetterIdText.optional(), after: z.int(), by: UserId }),
        response: ChangedDeadLetters,
      },
      countLetters: {
        method: "get",
        path: "/internal/dead-letters/count",
        summary: "How many dead letters it has",
        access: "service",
        response: z.object({ letters: z.int() }),
      },
      letterAudit: {
        method: "post",
        path: "/internal/dead-letters/audit",
        summary: "What was done with its dead letters, newest first",
        access: "service",
        body: z.strictObject({ limit: z.int().min(1).max(1_000), before: z.object({ at: Timestamp, id: z.string() }).nullable() }),
        response: z.object({ steps: z.array(z.object(step)) }),
      },
    },
  );
