import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { browserKeys, vapidKeyOf } from "@newfeed/delivery-service/push/testing.ts";

export interface ReceivedPush {
  path: string;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape
  body: any;
}

/** A push service on loopback, which decrypts what its browsers are sent. It refuses what is not signed. */
export async function openPushEndpoint() {
  const browsers = new Map<string, ReturnType<typeof browserKeys>>();
  /** By path; 201 where there is none. `null` hangs. */
  const answers = new Map<string, number | null>();
  const received: ReceivedPush[] = [];
  const faults: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? "";
    try {
      vapidKeyOf(String(request.headers.authorization), url);
      received.push({ path, headers: request.headers, body: JSON.parse(browsers.get(path)?.decrypt(Buffer.concat(chunks)) ?? "null") });
      const answer = answers.get(path);
      if (answer !== null) response.writeHead(answer ?? 201).end();
    } catch (error) {
      faults.push(error);
      response.writeHead(403).end();
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  let count = 0;
  const subscriptionAt = (path: string) => ({ endpoint: url + path, keys: browsers.get(path)?.keys });
  return {
    url,
    answers,
    received,
    faults,
    /** Nobody reaches it until it is resumed. */
    async pause() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    resume: () => listen(port),
    at: (path: string) => received.filter((push) => push.path === path),
    /** A browser's subscription, at a path of its own. */
    subscribe() {
      const path = `/push/${++count}`;
      browsers.set(path, browserKeys());
      return { path, subscription: subscriptionAt(path) };
    },
    subscriptionAt,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
export type PushEndpoint = Awaited<ReturnType<typeof openPushEndpoint>>;
