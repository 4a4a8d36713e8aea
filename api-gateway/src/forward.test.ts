import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { CallerGone } from "@newfeed/shared/http/exchange.ts";
import type { Upstream, UpstreamRequest } from "@newfeed/shared/ports/upstream.ts";
import { expect, test } from "vitest";
import { forward } from "./forward.ts";

/** A request of which the head and five of ten bytes have arrived, with its caller. */
async function halfSent() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const caller = connect((server.address() as AddressInfo).port, "127.0.0.1");
  caller.write("POST /comments HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n01234");
  const [request, response] = (await once(server, "request")) as [IncomingMessage, ServerResponse];
  server.close();
  return { caller, request, response };
}

/** Stands in for a service that never answers. */
function silent() {
  const requests: UpstreamRequest[] = [];
  const upstream = {
    pass(request: UpstreamRequest) {
      requests.push(request);
      return { started: new Promise<void>(() => {}), resume() {}, cancel() {} };
    },
  } as unknown as Upstream;
  return { requests, options: { upstream, path: "/comments", internalToken: "p", address: "127.0.0.1", withCookies: false } };
}

test("a short body goes to the service in one piece, once it is complete", async () => {
  const { caller, request, response } = await halfSent();
  const { requests, options } = silent();
  void forward(request, response, options);
  caller.write("56789");
  await once(request, "end");
  await expect.poll(() => requests.map(({ body }) => String(body))).toEqual(["0123456789"]);
  caller.destroy();
});

test("a caller that disconnects before the body is complete never reaches the service, and is no failure", async () => {
  const { caller, request, response } = await halfSent();
  const { requests, options } = silent();
  const forwarded = forward(request, response, options);
  caller.destroy();
  await expect(forwarded).rejects.toThrow(CallerGone);
  expect(requests).toEqual([]);
});

test("nor does one that has disconnected before it is forwarded", async () => {
  const { caller, request, response } = await halfSent();
  const { requests, options } = silent();
  caller.destroy();
  await once(response, "close");
  await expect(forward(request, response, options)).rejects.toThrow(CallerGone);
  expect(requests).toEqual([]);
});
