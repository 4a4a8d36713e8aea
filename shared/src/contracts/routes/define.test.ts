import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import type { RouteInput, RouteResponse } from "../route.ts";
import { defineRoutes } from "./define.ts";
import { publicRoutes } from "./index.ts";

test("a route has the name that it stands under, and what it does not say is filled in", () => {
  const routes = defineRoutes(
    { service: "post-service", tag: "Posts" },
    {
      readThing: {
        method: "get",
        path: "/things/:id",
        summary: "A thing",
        access: "anyone",
        params: z.object({ id: z.uuid() }),
        response: z.object({ n: z.int() }),
      },
      touchThing: { method: "post", path: "/things", summary: "Touch", access: "user", tag: "Others", body: z.object({ n: z.int() }) },
    },
  );
  expect(routes.readThing).toMatchObject({ name: "readThing", service: "post-service", tag: "Posts", bodyType: "none", status: 200 });
  expect(routes.touchThing).toMatchObject({ name: "touchThing", service: "post-service", tag: "Others", bodyType: "json", status: 204 });
  expectTypeOf<RouteInput<typeof routes.readThing>>().toEqualTypeOf<{ params: { id: string }; query: Record<string, never>; body: undefined }>();
  expectTypeOf<RouteResponse<typeof routes.readThing>>().toEqualTypeOf<{ n: number }>();
  expectTypeOf<RouteInput<typeof routes.touchThing>["body"]>().toEqualTypeOf<{ n: number }>();
  expectTypeOf<RouteResponse<typeof routes.touchThing>>().toEqualTypeOf<void>();
});

test("a field that no route has is refused", () => {
  const define = () =>
    defineRoutes(
      { service: "post-service", tag: "Posts" },
      // @ts-expect-error: misspelt
      { readThing: { method: "get", path: "/things", summary: "A thing", access: "anyone", idempotnet: true } },
    );
  expect(define().readThing.idempotent).toBeUndefined();
});

test("public routes have a name each", () => {
  for (const [name, route] of Object.entries(publicRoutes)) expect(route.name).toBe(name);
});
