import type { Category } from "@newfeed/shared/contracts/dto.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { CreateCategory, UpdateCategory } from "@newfeed/shared/contracts/routes/categories.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import * as sql from "./statements.ts";

export async function findCategory(query: Query, slug: string): Promise<Category | undefined> {
  const [category] = await query(sql.findCategory, { slug });
  return category;
}

/** Categories in post-service's database. */
export function createCategoryStore({ query, transaction }: Pick<Database, "query" | "transaction">) {
  return {
    list: (): Promise<Category[]> => query(sql.listCategories),
    find: (slug: string): Promise<Category | undefined> => findCategory(query, slug),
    /** Undefined when the slug is taken, or there are as many as there may be. */
    create: (category: CreateCategory): Promise<Category | undefined> =>
      transaction(async (query) => {
        await query(sql.lockCategories);
        const [created] = await query(sql.insertCategory, category);
        return created;
      }),
    /** Undefined when there is none. */
    async update(slug: string, { name, position }: UpdateCategory): Promise<Category | undefined> {
      const [updated] = await query(sql.updateCategory, { slug, name: name ?? null, position: position ?? null });
      return updated;
    },
    /** False when there is none. */
    delete: async (slug: string): Promise<boolean> => (await query(sql.deleteCategory, { slug })).length > 0,
    /** A window of the public posts in a category. */
    postsIn: (viewerId: UserId | null, category: string, window: Window) => sql.listByCategory(query, window, { viewerId, category }),
  };
}
export type CategoryStore = ReturnType<typeof createCategoryStore>;
