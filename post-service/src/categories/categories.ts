import type { Category } from "@newfeed/shared/contracts/dto.ts";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { CreateCategory, UpdateCategory } from "@newfeed/shared/contracts/routes/categories.ts";
import { requireAdministrator, type Viewer } from "@newfeed/shared/ports/call.ts";
import type { CategoryStore } from "./store.ts";

/** What is said of a category that is not there. */
export const noSuchCategory = (): Problem => invalidField("category", "must be one of the categories");

/** Throws `forbidden`, and `conflict` for a slug that is taken or one category too many. */
export async function createCategory(store: Pick<CategoryStore, "create" | "find">, administrator: Viewer, body: CreateCategory): Promise<Category> {
  requireAdministrator(administrator);
  const created = await store.create(body);
  if (created) return created;
  const message = (await store.find(body.slug))
    ? "There is a category with this address already."
    : `There are ${bounds.categories} categories. Remove one first.`;
  throw new Problem("conflict", { message });
}

/** Throws `forbidden`, `not_found`. */
export async function updateCategory(store: Pick<CategoryStore, "update">, administrator: Viewer, slug: string, body: UpdateCategory): Promise<Category> {
  requireAdministrator(administrator);
  const updated = await store.update(slug, body);
  if (!updated) throw new Problem("not_found");
  return updated;
}

/** Its posts stay: from now on they are in none. Throws `forbidden`, `not_found`. */
export async function deleteCategory(store: Pick<CategoryStore, "delete">, administrator: Viewer, slug: string): Promise<void> {
  requireAdministrator(administrator);
  if (!(await store.delete(slug))) throw new Problem("not_found");
}
