import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readWebhookHeaders, requireWebhookSignature } from "@newfeed/shared/http/webhook-signatures.ts";

export interface Received {
  path: string;
  /** Its `webhook-id`. */
  id: string;
  type: string;
  data: Record<string, string>;
  signatures: number;
  headers: Record<string, unknown>;
}

/** How a delivery is answered: with a status, or by hand. */
export type WebhookAnswer = number | ((response: ServerResponse) => void);

/** A program that webhooks call, on loopback. Refuses what is not signed as it should be. */
export async function openWebhookReceiver() {
  /** By path. */
  const answers = new Map<string, (received: Received) => WebhookAnswer>();
  const secrets = new Map<string, string>();
  const received: Received[] = [];
  const faults: unknown[] = [];
  let open = 0;
  const server = createServer(async (request, response) => {
    open++;
    response.on("close", () => open--);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [path, body] = [request.url ?? "", Buffer.concat(chunks)];
    try {
      const headers = readWebhookHeaders(request.headers);
      const secret = secrets.get(path);
      // A test that gives no secret looks at the signature by itself.
      if (secret !== undefined) requireWebhookSignature([secret], headers, body);
      const { type, data } = JSON.parse(body.toString());
      const delivery = { path, id: headers.id, type, data, signatures: headers.signatures.length, headers: request.headers };
      received.push(delivery);
      const answer = answers.get(path)?.(delivery) ?? 204;
      if (typeof answer === "function") answer(response);
      else response.writeHead(answer).end();
    } catch (error) {
      faults.push(error);
      response.writeHead(401).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    answers,
    secrets,
    faults,
    received,
    /** Calls that wait for their answer. */
    open: () => open,
    at: (path: string) => received.filter((delivery) => delivery.path === path),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
export type WebhookReceiver = Awaited<ReturnType<typeof openWebhookReceiver>>;
