import * as z from "zod";
import { FilledLine, Timestamp } from "./primitives.ts";
import { lengths, pollBounds, sameOption } from "./text.ts";

const PollOption = z.object({ text: z.string(), votes: z.int() }).meta({ id: "PollOption" });

/** A poll as it is the same for all. */
export const PollResult = z
  .object({
    options: z.array(PollOption),
    votes: z.int().meta({ description: "Of all options together" }),
    duration: z.int().meta({ description: "Seconds from publication to the end" }),
    endsAt: Timestamp.nullable().meta({ description: "null of a post that is not published" }),
    closed: z.boolean().meta({ description: "It has ended" }),
  })
  .meta({ id: "PollResult" });
export type PollResult = z.infer<typeof PollResult>;

/** The poll of a post. */
export const Poll = PollResult.extend({
  myVote: z.int().nullable().meta({ description: "The place of the option that you voted for, from 0; null where you have not voted" }),
}).meta({ id: "Poll" });
export type Poll = z.infer<typeof Poll>;

/** What of a poll does not depend on its viewer. */
export const withoutVote = ({ myVote: _, ...result }: Poll): PollResult => result;

/** A poll as its author makes it. */
export const NewPoll = z
  .strictObject({
    options: z
      .array(FilledLine(lengths.pollOption))
      .min(pollBounds.options.min)
      .max(pollBounds.options.max)
      .refine((options) => new Set(options.map(sameOption)).size === options.length, "must differ from each other"),
    duration: z.int().min(pollBounds.seconds.min).max(pollBounds.seconds.max).optional().meta({ description: "Seconds from publication to the end" }),
    endsAt: Timestamp.optional().meta({
      description: "In place of `duration`, of a post that is published at once: the end, from five minutes to 30 days ahead",
    }),
  })
  .refine(({ duration, endsAt }) => (duration === undefined) !== (endsAt === undefined), {
    message: "is required, unless there is an endsAt in its place",
    path: ["duration"],
  })
  .meta({ id: "NewPoll", example: { options: ["Tea", "Coffee"], duration: 86_400 } });
export type NewPoll = z.output<typeof NewPoll>;
