import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { Account } from "../contracts/account-dto.ts";
import { ContentModeration } from "../contracts/content-moderation.ts";
import * as dto from "../contracts/dto.ts";
import { LoginChallenge, ProblemDocument } from "../contracts/errors.ts";
import { LinkCard } from "../contracts/link-card.ts";
import { Poll } from "../contracts/poll.ts";
import { PageInfo } from "../contracts/primitives.ts";
import { Tokens } from "../contracts/routes/auth.ts";
import { ChangedDeadLetters, DeadLetter, DeadLetterStep, DeadLetterSummary } from "../contracts/routes/dead-letters.ts";
import { StoredEvent, TimelineEntry } from "../contracts/routes/events.ts";
import { Replay } from "../contracts/routes/replays.ts";
import { Closing, entryTable, Reset } from "../contracts/sockets.ts";
import { AccountSchema, TokensSchema } from "../proto/newfeed/v1/auth_pb.ts";
import { CommentSchema, QuotedPostSchema } from "../proto/newfeed/v1/comment_pb.ts";
import { AuthorSchema, ContentModerationSchema, LoginChallengeSchema, PageInfoSchema, ProblemSchema } from "../proto/newfeed/v1/common_pb.ts";
import {
  ChangedDeadLettersSchema,
  DeadLetterSchema,
  DeadLetterStepSchema,
  DeadLetterSummarySchema,
  ReplaySchema,
  StoredEventSchema,
  TimelineEntrySchema,
} from "../proto/newfeed/v1/event_pb.ts";
import { ClosingSchema, NotificationReadSchema, NotificationSchema, RetractSchema, StreamEventSchema, StreamResetSchema } from "../proto/newfeed/v1/live_pb.ts";
import { AttachmentSchema, MediaSchema } from "../proto/newfeed/v1/media_pb.ts";
import { PollSchema } from "../proto/newfeed/v1/poll_pb.ts";
import { LinkCardSchema, PostSchema } from "../proto/newfeed/v1/post_pb.ts";
import { UserSchema } from "../proto/newfeed/v1/user_pb.ts";
import { messageOf } from "./messages.ts";
import { mappedMethods } from "./methods.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The properties of a contract's object, as the documents say them. */
function propertiesOf(type: z.ZodType, io: "input" | "output" = "output"): Record<string, JsonSchema> {
  const document = z.toJSONSchema(type, { io, unrepresentable: "any" });
  const named = document.$ref ? document.$defs?.[document.$ref.split("/").at(-1) as string] : document;
  return (named?.properties ?? {}) as Record<string, JsonSchema>;
}
const namesOf = (desc: DescMessage) => desc.fields.map(({ jsonName }) => jsonName).sort();
const byName = (desc: DescMessage, name: string) => desc.fields.find(({ jsonName }) => jsonName === name) as DescField;

/** Not in live messages, whose page shows them: what the aliases of REST's older clients are. */
const objects: [DescMessage, z.ZodType][] = [
  [AuthorSchema, dto.Author],
  [UserSchema, dto.User],
  [PostSchema, dto.FeedPost],
  [QuotedPostSchema, dto.QuotedPost],
  [CommentSchema, dto.UserComment],
  [AttachmentSchema, dto.Attachment],
  [MediaSchema, dto.Media],
  [LinkCardSchema, LinkCard],
  [PollSchema, Poll],
  [ContentModerationSchema, ContentModeration],
  [PageInfoSchema, PageInfo],
  [AccountSchema, Account],
  [TokensSchema, Tokens],
  [LoginChallengeSchema, LoginChallenge],
  [StoredEventSchema, StoredEvent],
  [TimelineEntrySchema, TimelineEntry],
  [ReplaySchema, Replay],
  [DeadLetterSummarySchema, DeadLetterSummary],
  [DeadLetterSchema, DeadLetter],
  [DeadLetterStepSchema, DeadLetterStep],
  [ChangedDeadLettersSchema, ChangedDeadLetters],
  [NotificationSchema, entryTable.notification.data],
  [NotificationReadSchema, entryTable.notification_read.data],
  [RetractSchema, entryTable.retract.data],
  [StreamResetSchema, Reset],
  [ClosingSchema, Closing],
];

describe("the message", () => {
  test.each(objects.map(([desc, type]) => ({ name: desc.name, desc, type })))("$name has the fields of the contract", ({ desc, type }) => {
    expect(namesOf(desc)).toEqual(Object.keys(propertiesOf(type)).sort());
    for (const [name, property] of Object.entries(propertiesOf(type))) {
      const field = byName(desc, name);
      const mayBeNull = JSON.stringify(property).includes('"null"');
      if (mayBeNull && field.fieldKind === "scalar") expect(field.proto.proto3Optional, `${name} is optional`).toBe(true);
      const isList = [property, ...(property.anyOf ?? [])].some(({ type }) => type === "array");
      expect(field.fieldKind === "list", `${name} is a list`).toBe(isList);
    }
  });

  test("Problem has the fields of the contract, but for those that say the same", () => {
    const same = ["type", "title", "detail", "success"];
    expect(namesOf(ProblemSchema)).toEqual(
      Object.keys(propertiesOf(ProblemDocument))
        .filter((name) => !same.includes(name))
        .sort(),
    );
  });

  test("StreamEvent has a field for each entry of the log", () => {
    expect(StreamEventSchema.fields.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.values(entryTable).map(({ sse }) => sse)));
  });
});

describe("a request", () => {
  test.each(mappedMethods.map((mapped) => ({ name: `${mapped.method.parent.name}.${mapped.method.name}`, mapped })))(
    "of $name takes what its route takes",
    ({ mapped: { method, route, idField = "id" } }) => {
      const parameters = [...route.path.matchAll(/:(\w+)/g)].map((match) => (match[1] === "id" ? idField : (match[1] as string)));
      const given = route.method === "get" ? route.query : route.bodyType === "json" ? route.body : undefined;
      const taken = given ? Object.keys(propertiesOf(given, "input")) : [];
      // Pages by number and lists of media are for clients of REST that are older.
      const left = taken.filter((name) => name !== "page" && !(route.name === "listUserPosts" && name === "media"));
      const mask = route.method === "patch" && namesOf(method.input).includes("updateMask") ? ["updateMask"] : [];
      expect(namesOf(method.input)).toEqual([...parameters, ...left, ...mask].sort());
      // What is left out, and what is empty, differ.
      for (const name of left) {
        const field = byName(method.input, name);
        if (field.fieldKind === "scalar") expect(field.proto.proto3Optional, `${name} is optional`).toBe(true);
      }
    },
  );
});

test("an answer with what is not known yet is read all the same", () => {
  expect(messageOf(AuthorSchema, { id: "1", username: "ann", fullName: "Ann", avatarUrl: null, shoeSize: 38 })).toMatchObject({
    username: "ann",
    fullName: "Ann",
  });
});
