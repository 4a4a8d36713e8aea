import { ContentModeration } from "@newfeed/shared/contracts/content-moderation.ts";
import * as dto from "@newfeed/shared/contracts/dto.ts";
import { LinkCard } from "@newfeed/shared/contracts/link-card.ts";
import { CreateComment } from "@newfeed/shared/contracts/routes/comments.ts";
import { draftRoutes } from "@newfeed/shared/contracts/routes/drafts.ts";
import { CreatePost, UpdatePost } from "@newfeed/shared/contracts/routes/posts.ts";
import { tagRoutes } from "@newfeed/shared/contracts/routes/tags.ts";
import { userRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { ChannelWhy, WhyNotified } from "@newfeed/shared/contracts/routes/why-notified.ts";
import { buildSchema, type GraphQLInputObjectType, type GraphQLObjectType } from "graphql";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { typeDefs } from "./schema.ts";

interface JsonSchema {
  type?: string | [string, "null"];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

const schema = buildSchema(typeDefs);

/** The field types of a GraphQL type, as the schema writes them; ids are strings. */
function fieldsOf(name: string): Record<string, string> {
  const type = schema.getType(name) as GraphQLObjectType | GraphQLInputObjectType;
  return Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, String(field.type).replace(/\bID\b/g, "String")]));
}

const scalars: Record<string, string> = { string: "String", integer: "Int", number: "Float", boolean: "Boolean" };

/** The name that `#/$defs/Author` refers to. */
const nameOf = (reference: string) => reference.split("/").at(-1) as string;

/** What a property of a DTO is called in GraphQL. */
function graphqlType(property: JsonSchema): string {
  const [one, other] = property.anyOf ?? [];
  if (one && other?.type === "null") return graphqlType(one).replace(/!$/, "");
  if (Array.isArray(property.type)) return graphqlType({ ...property, type: property.type[0] }).replace(/!$/, "");
  if (property.type === "array") return `[${graphqlType(property.items as JsonSchema)}]!`;
  return `${property.$ref ? nameOf(property.$ref) : (scalars[property.type ?? ""] ?? "?")}!`;
}

function propertiesOf(type: z.ZodType, io: "input" | "output"): Record<string, string> {
  const document = z.toJSONSchema(type, { io }) as JsonSchema;
  const { properties = {}, required = [] } = (document.$ref && document.$defs?.[nameOf(document.$ref)]) || document;
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, required.includes(name) ? graphqlType(property) : graphqlType(property).replace(/!$/, "")]),
  );
}

const without = (fields: Record<string, string>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

describe("the GraphQL type", () => {
  const objects = [
    { name: "Author", type: dto.Author },
    { name: "User", type: dto.User },
    { name: "Media", type: dto.Media },
    { name: "Draft", type: draftRoutes.getDraft.response },
    { name: "TagState", type: tagRoutes.getTag.response },
    { name: "Attachment", type: dto.Attachment },
    { name: "LinkCard", type: LinkCard },
    { name: "Trend", type: dto.Trend },
    { name: "ContentModeration", type: ContentModeration },
    { name: "ChannelWhy", type: ChannelWhy },
    { name: "WhyNotified", type: WhyNotified },
    // Who brought a post is in REST of home feeds alone.
    { name: "Post", type: dto.Post, onlyGraphql: ["comments", "repostedBy", "repostedAt"] },
    { name: "Comment", type: dto.Comment, onlyGraphql: ["replies", "post"] },
  ];
  test.each(objects)("$name has the fields and types of REST's", ({ name, type, onlyGraphql = [] }) => {
    const [fields, properties] = [fieldsOf(name), propertiesOf(type, "output")];
    expect(Object.keys(fields)).toEqual(expect.arrayContaining(onlyGraphql));
    expect(without(fields, onlyGraphql)).toEqual(properties);
  });

  const inputs = [
    { name: "CreatePostInput", type: CreatePost },
    { name: "UpdatePostInput", type: UpdatePost },
    { name: "CreateCommentInput", type: CreateComment },
    { name: "UpdateProfileInput", type: userRoutes.updateMe.body },
    { name: "DraftInput", type: draftRoutes.createDraft.body },
  ];
  // GraphQL's way to leave a field out is null, so that optional ones differ in nothing else.
  test.each(inputs)("$name takes what REST takes", ({ name, type }) => {
    expect(fieldsOf(name)).toEqual(propertiesOf(type, "input"));
  });
});
