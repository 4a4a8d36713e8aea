import { Parser } from "@asyncapi/parser";
import { ProblemDocument } from "@newfeed/shared/contracts/errors.ts";
import { consumedTypes, eventTypes } from "@newfeed/shared/contracts/events.ts";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { pathsOf, publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { clientEventTable, entryTable, signalTable } from "@newfeed/shared/contracts/sockets.ts";
import { buildSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

/** Every `$ref` of a document whose target is missing. */
function danglingRefs(document: unknown): string[] {
  const dangling: string[] = [];
  JSON.stringify(document, (key, value) => {
    if (key !== "$ref") return value;
    const [, ...path] = String(value).split("/");
    const target = path.reduce<unknown>(
      (at, part) => (at as Record<string, unknown> | undefined)?.[part.replaceAll("~1", "/").replaceAll("~0", "~")],
      document,
    );
    if (target === undefined) dangling.push(value);
    return value;
  });
  return dangling;
}

describe("the OpenAPI document", () => {
  let document: Answer["body"];
  beforeAll(async () => {
    const { status, headers, body } = await feed.call("GET", "/openapi.json");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    document = body;
  });
  const routes = Object.entries<Route>(publicRoutes);
  const operationOf = (route: Route) => document.paths[route.path.replace(/:(\w+)/g, "{$1}")][route.method];

  test("has version 3.1 and no dangling references", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(danglingRefs(document)).toEqual([]);
  });

  test("describes every public route, under its name, with its access, limits and problems", () => {
    for (const [name, route] of routes) {
      const operation = operationOf(route);
      expect(operation, `${route.method} ${route.path}`).toMatchObject({ operationId: name, tags: [route.tag] });
      expect(operation.security.length > 0 && operation.security.every((way: object) => Object.keys(way).length > 0), name).toBe(
        route.access === "user" || route.passwordHeader !== undefined,
      );
      expect(Object.keys(operation.responses), name).toEqual(expect.arrayContaining([String(route.status), "400", "401", "429", "500"]));
      expect(operation.parameters?.some((parameter: { name: string }) => parameter.name === "Idempotency-Key") ?? false, name).toBe(route.idempotent ?? false);
      for (const alias of pathsOf(route).filter((path) => path !== route.path)) expect(operation.description, name).toContain(alias);
      for (const parameter of route.path.match(/:\w+/g) ?? [])
        expect(operation.parameters, name).toContainEqual(expect.objectContaining({ in: "path", name: parameter.slice(1), required: true }));
    }
  });

  test("says what is tested in no other way", () => {
    const { components, paths } = document;
    const bodyOf = (path: string) => paths[path].post.requestBody.content["application/json"].schema.$ref;
    expect([bodyOf("/api/v1/comments"), bodyOf("/api/v1/posts/{id}/comments")]).toEqual([
      "#/components/schemas/CreateComment",
      "#/components/schemas/CreateCommentOnPost",
    ]);
    expect(Object.keys(components.schemas.CreateComment.properties)).toContain("postId");
    expect(Object.keys(components.schemas.CreateCommentOnPost.properties)).not.toContain("postId");
    for (const name of ["UpdatePost", "UpdateUser"]) expect(components.schemas[name].minProperties, name).toBe(1);
    for (const list of ["posts", "followers", "following", "media"]) expect(paths[`/api/v1/users/{id}/${list}`].get.responses, list).toHaveProperty("404");
    const key = paths["/api/v1/posts"].post.parameters.find(({ name }: { name: string }) => name === "Idempotency-Key");
    const isKey = new RegExp(key.schema.pattern, "u");
    expect(["a key", "", "ä", "k".repeat(129), "k".repeat(128)].map((text) => isKey.test(text))).toEqual([false, false, false, false, true]);
    expect(Object.keys(paths["/graphql"].post.responses["400"].content).sort()).toEqual([
      "application/graphql-response+json",
      "application/json",
      "application/problem+json",
    ]);
  });

  test("names each operation once, GraphQL and the event streams included", () => {
    const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((item) => Object.values(item));
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(routes.length + 5);
    expect(names).toEqual(expect.arrayContaining(["graphql", "streamComments", "streamNotifications", "streamMany", "changeStreams"]));
  });

  test("matches the actual responses", async () => {
    const john = await feed.person("john");
    const answers: [Route, Answer][] = [];
    const record = <R extends Route>(route: R, answer: Answer) => {
      answers.push([route, answer]);
      return answer;
    };
    record(publicRoutes.me, await john.get("/api/auth/me"));
    record(publicRoutes.jwks, await feed.call("GET", "/.well-known/jwks.json"));
    const { id } = record(publicRoutes.createPost, await john.post("/api/v1/posts", { content: "Documented", postType: "TEXT" })).body;
    record(publicRoutes.listPosts, await john.get("/api/v1/posts"));
    record(publicRoutes.getPost, await john.get(`/api/v1/posts/${id}`));
    record(publicRoutes.likePost, await john.post(`/api/v1/posts/${id}/like`));
    record(publicRoutes.createPostComment, await john.post(`/api/v1/posts/${id}/comments`, { content: "So it is" }));
    record(publicRoutes.listPostComments, await john.get(`/api/v1/posts/${id}/comments`));
    record(publicRoutes.listNotifications, await john.get("/api/v1/notifications"));
    for (const [route, { status, headers, body }] of answers) {
      expect(status, route.path).toBe(route.status);
      const { success, error } = route.response.safeParse(body);
      expect(success, `${route.method} ${route.path}: ${error?.message}`).toBe(true);
      for (const [name, header] of Object.entries<{ $ref?: string; required?: boolean }>(operationOf(route).responses[route.status].headers)) {
        const { required } = header.$ref ? document.components.headers[name] : header;
        if (required) expect(headers.has(name), `${route.path}: ${name}`).toBe(true);
      }
    }
    const refused = await john.post("/api/v1/posts", { content: "x", postType: "POEM" });
    expect(refused.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(ProblemDocument.parse(refused.body)).toMatchObject({ code: "validation_failed", errors: [{ field: "postType" }] });
  });
});

describe("the page at /docs", () => {
  test("is served with everything that it loads, and loads nothing from elsewhere", async () => {
    const { status, headers, body } = await feed.call("GET", "/docs");
    expect(status).toBe(200);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none';script-src 'self';/);
    const loaded = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]: string[]) => String(url));
    expect(loaded.length).toBeGreaterThan(3);
    for (const url of loaded) {
      expect(url).toMatch(/^\.\//);
      expect((await feed.call("GET", url.replace(".", "/docs"))).status, url).toBe(200);
    }
    const { body: start } = await feed.call("GET", "/docs/swagger-ui-init.js");
    expect(start).toContain('"url": "/openapi.json"');
  });

  test("and the document link to the schema of GraphQL and the messages of gRPC", async () => {
    const { body: openApi } = await feed.call("GET", "/openapi.json");
    const linked = [...openApi.info.description.matchAll(/\]\((\/[^)]+)\)/g)].map(([, path]: string[]) => String(path));
    expect(linked).toEqual(expect.arrayContaining(["/asyncapi.json", "/schema.graphql", "/proto/newfeed/v1/live.proto"]));
    for (const path of linked) expect((await feed.call("GET", path)).status, path).toBe(200);
    const { headers, body } = await feed.call("GET", "/schema.graphql");
    expect(headers.get("content-type")).toBe("application/graphql; charset=utf-8");
    expect(Object.keys(buildSchema(body).getSubscriptionType()?.getFields() ?? {})).toContain("commentAdded");
    expect((await feed.call("GET", "/proto/newfeed/v1/post.proto")).body).toMatch(/^syntax = "proto3";/);
    expect((await feed.call("GET", "/proto/../package.json")).status).toBe(404);
  });

  test("the rest of the site keeps the strict policy", async () => {
    const { headers } = await feed.call("GET", "/openapi.json");
    expect(headers.get("content-security-policy")).toBe("default-src 'none';frame-ancestors 'none'");
  });
});

describe("the AsyncAPI document", () => {
  let document: Answer["body"];
  beforeAll(async () => {
    document = (await feed.call("GET", "/asyncapi.json")).body;
  });

  test("names the ports of this server", () => {
    const [own, live] = [new URL(feed.url), new URL(feed.notificationUrl)];
    expect(document.servers.socket).toMatchObject({ host: own.host, protocol: "ws", description: expect.stringContaining(`port ${live.port}`) });
    expect(document.servers.eventStream).toMatchObject({ host: own.host, protocol: "http" });
    expect(JSON.stringify(document.servers)).not.toMatch(/8080|3005/);
  });

  test("is valid AsyncAPI 3.0", async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(document);
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
    expect(parsed?.version()).toBe("3.0.0");
    expect(danglingRefs(document)).toEqual([]);
  });

  test("describes every event on the bus with its consumers", () => {
    for (const type of eventTypes) expect(document.channels[type]).toMatchObject({ address: type, servers: [{ $ref: "#/servers/bus" }] });
    for (const type of consumedTypes("notification-service")) expect(document.channels[type]["x-consumers"]).toContain("notification-service");
  });

  test("describes every message of sockets and event streams", () => {
    const { socket, commentStream, notificationStream } = document.channels;
    const names = [...Object.values(entryTable).map((entry) => entry.socket), ...Object.keys(signalTable), ...Object.keys(clientEventTable)];
    expect(Object.keys(socket.messages).sort()).toEqual([...new Set([...names, "acknowledgement"])].sort());
    for (const name of Object.keys(clientEventTable)) expect(document.operations[name]).toMatchObject({ action: "receive" });
    expect(Object.keys(commentStream.messages).sort()).toEqual([
      "closing",
      "comment_added",
      "comment_deleted",
      "comment_updated",
      "hello",
      "post_deleted",
      "post_updated",
      "reset",
      "retract",
    ]);
    expect(Object.keys(notificationStream.messages).sort()).toEqual([
      "closing",
      "hello",
      "notification",
      "notification_read",
      "notification_updated",
      "reset",
      "retract",
    ]);
  });
});
