import { type Http, unwrap } from "../http.ts";
import type { CallOptions, Category, CreateCategory, UpdateCategory } from "../types.ts";

export interface CategoryCalls {
  /** Those that a post can be in, in their order. */
  list(options?: CallOptions): Promise<Category[]>;
  /** For administrators, as what follows. */
  create(body: CreateCategory, options?: CallOptions): Promise<Category>;
  update(slug: string, body: UpdateCategory, options?: CallOptions): Promise<Category>;
  /** Its posts stay, in no category. */
  delete(slug: string, options?: CallOptions): Promise<void>;
}

export function categoryCalls({ api }: Http): CategoryCalls {
  const at = (slug: string) => ({ params: { path: { slug } } });
  return {
    list: async (options) => (await unwrap(api.GET("/api/v1/categories", { ...options }))).data,
    create: (body, options) => unwrap(api.POST("/api/v1/categories", { body, ...options })),
    update: (slug, body, options) => unwrap(api.PATCH("/api/v1/categories/{slug}", { ...at(slug), body, ...options })),
    async delete(slug, options) {
      await unwrap(api.DELETE("/api/v1/categories/{slug}", { ...at(slug), ...options }));
    },
  };
}
