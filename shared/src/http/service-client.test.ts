import { expect, test } from "vitest";
import { Problem } from "../contracts/errors.ts";
import { asSessionId, asUserId } from "../contracts/ids.ts";
import { authInternalRoutes } from "../contracts/routes/auth.ts";
import { commentInternalRoutes } from "../contracts/routes/comments.ts";
import { type ServiceName, serviceNames } from "../contracts/services.ts";
import { runInContext } from "../ports/context.ts";
import type { UpstreamRequest } from "../ports/upstream.ts";
import { createInternalTokens } from "./internal-tokens.ts";
import { createServiceClient, type Upstreams } from "./service-client.ts";

const tokens = createInternalTokens("a secret of the test");

/** Services that all answer the same, and what each was sent. */
function answering(status: number, text: string) {
  const sent: (UpstreamRequest & { service: ServiceName })[] = [];
  const upstreamOf = (service: ServiceName) => ({
    async request(request: UpstreamRequest) {
      sent.push({ ...request, service });
      return { status, headers: {}, body: { text: async () => text } };
    },
  });
  const upstreams = Object.fromEntries(serviceNames.map((service) => [service, upstreamOf(service)])) as unknown as Upstreams;
  return { sent, callService: createServiceClient("user-service", upstreams, tokens) };
}

test("a call goes to the service of its route, with a token for that service and the correlation id of its context", async () => {
  const { sent, callService } = answering(200, '{"active":true}');
  const id = asSessionId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e");
  expect(await runInContext({ correlationId: "a-request" }, () => callService(authInternalRoutes.sessionActive, { params: { id } }))).toEqual({ active: true });
  await callService(commentInternalRoutes.commentExport, { params: { id: asUserId(id) }, query: { section: "comments", after: undefined } });
  expect(sent).toMatchObject([
    { service: "auth-service", method: "GET", path: `/internal/sessions/${id}`, headers: { "x-correlation-id": "a-request" } },
    { service: "comment-service", method: "GET", path: `/internal/users/${id}/export?section=comments` },
  ]);
  const claims = sent.map(({ service, headers }) => tokens.verify(service, String(headers["x-service-token"])));
  expect(claims).toEqual([{ svc: "user-service" }, { svc: "user-service" }]);
});

test("a problem comes back as it was answered; anything else says which route gave no usable answer", async () => {
  const refused = answering(404, JSON.stringify(new Problem("not_found", { message: "No such session." }).toDocument()));
  const call = { params: { id: asSessionId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e") } };
  await expect(refused.callService(authInternalRoutes.sessionActive, call)).rejects.toMatchObject({ code: "not_found", publicMessage: "No such session." });
  const broken = answering(500, "<html>");
  await expect(broken.callService(authInternalRoutes.sessionActive, call)).rejects.toMatchObject({
    code: "bad_gateway",
    message: "sessionActive of auth-service answered 500: <html>",
  });
});
