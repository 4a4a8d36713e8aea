import * as z from "zod";
import { CategorySlug, ContentWarning, PostContent, PostLocation, PostTitle, Visibility } from "../dto.ts";
import { DraftId } from "../ids.ts";
import { PageQuery, pageOf, Revision, Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "post-service", tag: "Posts" } as const;
const byId = { params: z.object({ id: DraftId }) };

/** What a post will say, as far as it is written. Files that are attached stay on the device until it is sent. */
const DraftContent = z.strictObject({
  title: PostTitle.nullable().default(null),
  content: PostContent.default(""),
  sensitive: z.boolean().default(false),
  contentWarning: ContentWarning.nullable().default(null),
  category: CategorySlug.nullable().default(null),
  quotable: z.boolean().default(true),
  location: PostLocation.nullable().default(null),
  visibility: Visibility.default("public"),
  publishAt: Timestamp.nullable().default(null).meta({ description: "When the post is to be published; null for at once" }),
});
export type DraftContent = z.output<typeof DraftContent>;

const Draft = DraftContent.extend({ id: DraftId, createdAt: Timestamp, updatedAt: Timestamp, revision: Revision }).meta({ id: "Draft" });
export type Draft = z.infer<typeof Draft>;

export const draftRoutes = defineRoutes(common, {
  listDrafts: {
    method: "get",
    path: "/api/v1/drafts",
    summary: "What you have begun to write on any device, the last one begun first",
    access: "user",
    query: PageQuery,
    response: pageOf(Draft),
  },
  createDraft: {
    method: "post",
    path: "/api/v1/drafts",
    summary: "Keep the draft of a post for all your devices: a hundred at most",
    access: "user",
    idempotent: true,
    body: DraftContent.meta({ id: "CreateDraft" }),
    response: Draft,
    status: 201,
    errors: ["conflict"],
  },
  getDraft: {
    method: "get",
    path: "/api/v1/drafts/:id",
    summary: "One of your drafts",
    access: "user",
    ...byId,
    response: Draft,
    errors: ["not_found"],
  },
  updateDraft: {
    method: "patch",
    path: "/api/v1/drafts/:id",
    summary: "Replace a draft, if it still has the revision that you know: another device may have changed it (`conflict`)",
    access: "user",
    ...byId,
    body: DraftContent.extend({ revision: Revision }).meta({ id: "UpdateDraft" }),
    response: Draft,
    errors: ["not_found", "conflict"],
  },
  deleteDraft: {
    method: "delete",
    path: "/api/v1/drafts/:id",
    summary: "Delete a draft (idempotent)",
    access: "user",
    ...byId,
  },
});
