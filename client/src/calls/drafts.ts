import { type Http, unwrap } from "../http.ts";
import type { CallOptions, CreateDraft, Draft, Page, PageQuery, UpdateDraft } from "../types.ts";
import { newMutationId } from "./content.ts";

/** What the user has begun to write, for all of their devices. */
export interface DraftCalls {
  /** The last one begun first. */
  list(query?: PageQuery, options?: CallOptions): Promise<Page<Draft>>;
  get(id: string, options?: CallOptions): Promise<Draft>;
  /** Retried when the network fails; the draft is kept once. */
  create(body: CreateDraft, options?: CallOptions): Promise<Draft>;
  /** Rejects with `conflict` where another device has changed it since `revision`. */
  update(id: string, body: UpdateDraft, options?: CallOptions): Promise<Draft>;
  delete(id: string, options?: CallOptions): Promise<void>;
}

export function draftCalls({ api }: Http): DraftCalls {
  const at = (id: string) => ({ params: { path: { id } } });
  return {
    list: (query = {}, options) => unwrap(api.GET("/api/v1/drafts", { params: { query }, ...options })),
    get: (id, options) => unwrap(api.GET("/api/v1/drafts/{id}", { ...at(id), ...options })),
    create: (body, options) => unwrap(api.POST("/api/v1/drafts", { body, params: { header: { "Idempotency-Key": newMutationId() } }, ...options })),
    update: (id, body, options) => unwrap(api.PATCH("/api/v1/drafts/{id}", { ...at(id), body, ...options })),
    async delete(id, options) {
      await unwrap(api.DELETE("/api/v1/drafts/{id}", { ...at(id), ...options }));
    },
  };
}
