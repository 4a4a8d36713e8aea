import * as z from "zod";
import { Category, CategorySlug } from "../dto.ts";
import { FilledLine } from "../primitives.ts";
import { lengths } from "../text.ts";
import { defineRoutes } from "./define.ts";

const bySlug = { params: z.object({ slug: CategorySlug }) };
const Name = FilledLine(lengths.categoryName);
const Position = z.int().min(0).max(9_999).meta({ description: "The lower stands first; those of one position stand by name" });

export const CreateCategory = z.strictObject({ slug: CategorySlug, name: Name, position: Position.default(0) }).meta({ id: "CreateCategory" });
export type CreateCategory = z.output<typeof CreateCategory>;

export const UpdateCategory = z
  .strictObject({ name: Name, position: Position })
  .partial()
  .refine((body) => Object.keys(body).length > 0, "must change something")
  .meta({ id: "UpdateCategory", minProperties: 1 });
export type UpdateCategory = z.output<typeof UpdateCategory>;

export const categoryRoutes = defineRoutes(
  { service: "post-service", tag: "Categories" },
  {
    listCategories: {
      method: "get",
      path: "/api/v1/categories",
      summary: "The categories that a post can be in, in their order",
      access: "anyone",
      response: z.object({ data: z.array(Category) }),
    },
    createCategory: {
      method: "post",
      path: "/api/v1/categories",
      summary: "Make a category, as an administrator",
      access: "user",
      body: CreateCategory,
      response: Category,
      status: 201,
      errors: ["forbidden", "conflict"],
    },
    updateCategory: {
      method: "patch",
      path: "/api/v1/categories/:slug",
      summary: "Rename or move a category, as an administrator",
      access: "user",
      ...bySlug,
      body: UpdateCategory,
      response: Category,
      errors: ["forbidden", "not_found"],
    },
    deleteCategory: {
      method: "delete",
      path: "/api/v1/categories/:slug",
      summary: "Remove a category, as an administrator: its posts stay, in none. Made again under its slug, it has them back",
      access: "user",
      ...bySlug,
      errors: ["forbidden", "not_found"],
    },
  },
);
