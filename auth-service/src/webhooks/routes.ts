import type { RequestListener } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { IdentityWebhook, identityWebhookTypes } from "@newfeed/shared/contracts/identity-webhooks.ts";
import { bareApp } from "@newfeed/shared/http/app.ts";
import { observe } from "@newfeed/shared/http/observe.ts";
import { notFoundHandler, problemHandler } from "@newfeed/shared/http/problems.ts";
import { readBytes } from "@newfeed/shared/http/raw-body.ts";
import { readWebhookHeaders, requireWebhookSignature } from "@newfeed/shared/http/webhook-signatures.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { RequestMetrics } from "@newfeed/shared/ports/metrics.ts";
import { networkOf } from "@newfeed/shared/ports/network.ts";
import type { Request, Response } from "express";
import { applyDelivery, type DeliveriesOptions } from "./deliveries.ts";

export interface WebhooksOptions extends DeliveriesOptions {
  secrets: readonly string[];
  limiter: Pick<Limiter, "consume">;
  logger: Logger;
  metrics: RequestMetrics;
}

/** So many bodies are read at a time: strangers can send them, too. */
const readAtOnce = 50;

/** A delivery of a type that is not known is accepted, and nothing else: senders would repeat it. Throws `malformed_json`, `validation_failed`. */
function eventIn(body: Buffer): IdentityWebhook | null {
  let delivered: unknown;
  try {
    delivered = JSON.parse(body.toString());
  } catch (cause) {
    throw new Problem("malformed_json", { cause });
  }
  const { type } = (delivered ?? {}) as { type?: unknown };
  return typeof type === "string" && !identityWebhookTypes.includes(type) ? null : IdentityWebhook.parse(delivered);
}

/** Receives what the issuer elsewhere delivers about its users. Refusals count by network, and keep no signed delivery out. */
export function createWebhookReceiver({ secrets, limiter, logger, metrics, ...options }: WebhooksOptions): RequestListener {
  let reading = 0;

  async function signedBody(request: Request, response: Response): Promise<{ id: string; body: Buffer }> {
    const headers = readWebhookHeaders(request.headers);
    if (reading >= readAtOnce) throw new Problem("service_unavailable", { retryAfter: 1, internal: "too many deliveries at once" });
    reading++;
    try {
      const body = await readBytes(request, response);
      requireWebhookSignature(secrets, headers, body);
      return { id: headers.id, body };
    } finally {
      reading--;
    }
  }

  async function countRefusal(network: string): Promise<void> {
    const { allowed, resetMs } = await limiter.consume("webhookRefusal", network);
    if (!allowed) throw new Problem("rate_limited", { retryAfter: resetMs / 1000, internal: "limit webhookRefusal" });
  }

  const app = bareApp();
  app.use(observe(logger, metrics));
  app.post("/webhooks/identity", async (request, response) => {
    const network = networkOf(request.socket.remoteAddress ?? "");
    const { id, body } = await signedBody(request, response).catch(async (error: unknown) => {
      if (error instanceof Problem && error.status < 500) await countRefusal(network);
      throw error;
    });
    const event = eventIn(body);
    if (event) await applyDelivery(options, { id, event });
    response.json({ success: true });
  });
  app.use(notFoundHandler);
  app.use(problemHandler(logger));
  return app;
}
