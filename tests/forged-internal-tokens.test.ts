import { asSessionId } from "@newfeed/shared/contracts/ids.ts";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { aiInternalRoutes } from "@newfeed/shared/contracts/routes/ai.ts";
import { authInternalRoutes } from "@newfeed/shared/contracts/routes/auth.ts";
import { commentInternalRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { examinationRoutes } from "@newfeed/shared/contracts/routes/examinations.ts";
import { externalTokenInternalRoutes } from "@newfeed/shared/contracts/routes/external-tokens.ts";
import { publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { mediaInternalRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import { notificationInternalRoutes } from "@newfeed/shared/contracts/routes/notifications.ts";
import { outboxRoutes } from "@newfeed/shared/contracts/routes/outbox.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { tokenInternalRoutes } from "@newfeed/shared/contracts/routes/tokens.ts";
import { userInternalRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { type ServiceName, serviceNames, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { createInternalTokens } from "@newfeed/shared/http/internal-tokens.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { direct } from "./support/direct.ts";
import { type ForgedFeed, startForgedFeed } from "./support/forged.ts";
import { identityHeaders } from "./support/identity-headers.ts";

let forged: ForgedFeed;
let { feed, external, john, eve, stored, before } = {} as ForgedFeed;

const publicTable: Route[] = Object.values(publicRoutes);
const internalTable: Route[] = [
  authInternalRoutes,
  tokenInternalRoutes,
  externalTokenInternalRoutes,
  userInternalRoutes,
  postInternalRoutes,
  commentInternalRoutes,
  mediaInternalRoutes,
  notificationInternalRoutes,
  aiInternalRoutes,
  ...storingServiceNames.map(outboxRoutes),
  ...serviceNames.map(examinationRoutes),
].flatMap((routes): Route[] => Object.values(routes));
const filled = (path: string) =>
  path
    .replace(/:name/, `user:${john.id}`)
    .replace(/:username/, john.username)
    .replace(/:\w+/g, john.id);

beforeAll(async () => {
  forged = await startForgedFeed();
  ({ feed, external, john, eve, stored, before } = forged);
});
afterAll(() => forged.close());

function ownListener(service: ServiceName): string {
  const at = feed.platform.listenAt(service);
  return typeof at === "string" ? at : `http://${at.host}:${at.port}`;
}

const claims = () => identityHeaders(john.id);
const internalToken = (service: ServiceName, svc?: string) =>
  feed.platform.internalTokens.mint(service, svc ? { svc } : { sub: john.id, sid: asSessionId(john.id), roles: ["user", "admin"] });

describe("an internal token", () => {
  test("is required by every route of every service", async () => {
    for (const { service, method, path } of [...publicTable, ...internalTable])
      for (const headers of [
        {},
        claims(),
        { authorization: `Bearer ${john.token}` },
        { cookie: `access_token=${john.token}` },
        { authorization: `Bearer ${external}` },
      ]) {
        const answer = await direct(ownListener(service), method.toUpperCase(), filled(path), headers);
        expect([`${method} ${path}`, answer.status]).toEqual([`${method} ${path}`, 401]);
      }
  });

  test("that is forged is refused", async () => {
    const other = createInternalTokens("another master secret that is long enough");
    for (const service of serviceNames) {
      const real = internalToken(service);
      const [payload = "", signature = ""] = real.split(".");
      const altered = Buffer.from(JSON.stringify({ svc: "api-gateway", sub: eve.id, exp: Date.now() + 60_000 })).toString("base64url");
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 61_000 });
      const expired = internalToken(service);
      vi.useRealTimers();
      const forgeries = {
        random: "x".repeat(80),
        "without a signature": `${payload}.`,
        "only a payload": payload,
        "an empty one": ".",
        truncated: real.slice(0, -2),
        "a truncated payload": `${payload.slice(0, -2)}.${signature}`,
        "another payload": `${altered}.${signature}`,
        "another key": other.mint(service, { sub: john.id, sid: asSessionId(john.id), svc: "api-gateway" }),
        expired,
        "an access token": john.token,
        "an access token from elsewhere": external,
        ...Object.fromEntries(serviceNames.filter((name) => name !== service).map((name) => [`for ${name}`, internalToken(name, "api-gateway")])),
        long: `${"x".repeat(10_000)}.${signature}`,
      };
      const routes = [...publicTable, ...internalTable].filter((route) => route.service === service);
      const write = routes.find((route) => route.access === "user" && route.method !== "get");
      const internal = routes.find((route) => route.access === "service");
      for (const [what, token] of Object.entries(forgeries))
        for (const route of [write, internal]) {
          if (!route) throw new Error(`${service} has no such route`);
          const headers = { ...claims(), "x-service-token": token };
          const answer = await direct(ownListener(service), route.method.toUpperCase(), filled(route.path), headers, {});
          expect([service, what, answer.status]).toEqual([service, what, 401]);
        }
    }
  });

  test("of a user opens no internal route, and one of a service is no user's identity", async () => {
    for (const { service, method, path } of internalTable) {
      const answer = await direct(ownListener(service), method.toUpperCase(), filled(path), { "x-service-token": internalToken(service) }, {});
      expect([path, answer.status, JSON.parse(answer.text).code]).toEqual([path, 403, "forbidden"]);
    }
    for (const { service, method, path } of publicTable.filter(({ access }) => access === "user")) {
      const headers = { ...claims(), "x-service-token": internalToken(service, "api-gateway") };
      const answer = await direct(ownListener(service), method.toUpperCase(), filled(path), headers, {});
      expect([path, answer.status, JSON.parse(answer.text).code]).toEqual([path, 401, "unauthenticated"]);
    }
  });
});

describe("through the gateway", () => {
  test("only the access token tells the identity, even beside a valid internal token", async () => {
    for (const service of serviceNames)
      for (const token of [internalToken(service), internalToken(service, "api-gateway")]) {
        const forged = { ...claims(), "x-service-token": token };
        for (const { method, path } of publicTable.filter((route) => route.service === service && route.access === "user")) {
          const answer = await feed.call(method.toUpperCase(), filled(path), undefined, forged);
          expect([path, answer.status, answer.body.code]).toEqual([path, 401, "unauthenticated"]);
        }
        const me = await eve.get("/api/auth/me", forged);
        expect(me.body.data.user).toMatchObject({ id: eve.id, roles: ["user"] });
        expect((await eve.get(`/api/v1/notifications`, forged)).body.data.map((item: { data: object }) => item.data)).toEqual([{}]);
      }
  });

  test("internal routes cannot be reached, on either port", async () => {
    for (const { service, method, path } of internalTable)
      for (const headers of [claims(), { authorization: `Bearer ${john.token}` }, { "x-service-token": internalToken(service, "api-gateway") }]) {
        const call = [method.toUpperCase(), filled(path)] as const;
        expect([path, (await feed.call(...call, undefined, headers)).status]).toEqual([path, 404]);
        if ("x-service-token" in headers) continue;
        expect([path, [401, 404]]).toEqual([path, expect.arrayContaining([(await direct(feed.notificationUrl, ...call, headers)).status])]);
      }
  });
});

test("none of this has changed anything", async () => {
  expect(await stored.all()).toEqual(before);
});
