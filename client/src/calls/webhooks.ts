import { type Http, unwrap } from "../http.ts";
import type { CallOptions, CreateWebhook, Page, PageQuery, UpdateWebhook, Webhook, WebhookDelivery, WebhookWithSecret } from "../types.ts";

/** Programs elsewhere that are told what happens here. */
export interface WebhookCalls {
  /** The newest first. */
  list(options?: CallOptions): Promise<Webhook[]>;
  get(id: string, options?: CallOptions): Promise<Webhook>;
  /** The secret is in this answer alone. */
  create(body: CreateWebhook, options?: CallOptions): Promise<WebhookWithSecret>;
  update(id: string, body: UpdateWebhook, options?: CallOptions): Promise<Webhook>;
  delete(id: string, options?: CallOptions): Promise<void>;
  /** For a day, the previous secret signs, too. */
  rotateSecret(id: string, options?: CallOptions): Promise<WebhookWithSecret>;
  test(id: string, options?: CallOptions): Promise<WebhookDelivery>;
  /** The newest first. */
  deliveries(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<WebhookDelivery>>;
  resend(id: string, deliveryId: string, options?: CallOptions): Promise<WebhookDelivery>;
}

export function webhookCalls({ api }: Http): WebhookCalls {
  const at = (id: string) => ({ params: { path: { id } } });
  return {
    list: async (options) => (await unwrap(api.GET("/api/v1/webhooks", { ...options }))).data,
    get: (id, options) => unwrap(api.GET("/api/v1/webhooks/{id}", { ...at(id), ...options })),
    create: (body, options) => unwrap(api.POST("/api/v1/webhooks", { body, ...options })),
    update: (id, body, options) => unwrap(api.PATCH("/api/v1/webhooks/{id}", { ...at(id), body, ...options })),
    async delete(id, options) {
      await unwrap(api.DELETE("/api/v1/webhooks/{id}", { ...at(id), ...options }));
    },
    rotateSecret: (id, options) => unwrap(api.POST("/api/v1/webhooks/{id}/secret", { ...at(id), ...options })),
    test: (id, options) => unwrap(api.POST("/api/v1/webhooks/{id}/test", { ...at(id), ...options })),
    deliveries: (id, query = {}, options) => unwrap(api.GET("/api/v1/webhooks/{id}/deliveries", { params: { path: { id }, query }, ...options })),
    resend: (id, deliveryId, options) =>
      unwrap(api.POST("/api/v1/webhooks/{id}/deliveries/{deliveryId}/resend", { params: { path: { id, deliveryId } }, ...options })),
  };
}
