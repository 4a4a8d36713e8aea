import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Takes whatever webhooks and push services are sent, on loopback. */
export async function openReceiver() {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(201).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
