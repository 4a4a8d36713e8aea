import { createClient } from "@newfeed/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const path = "/api/v1/users/me/notification-preferences";
const quietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" };

describe("notification preferences", () => {
  test("are in REST, GraphQL, the client library and the export", async () => {
    const ann = await feed.person("ann");
    const before = (await ann.get(path)).body;
    expect(before).toMatchObject({ types: { mention: { inbox: true, push: true, mail: false } }, mailFrequency: "at_once", quietHours: null, revision: 1 });
    expect(before.types.welcome).toBe(undefined);
    const changed = await ann.graphql(
      `mutation { updateNotificationPreferences(input: { types: [{ type: "mention", mail: true }], mailFrequency: weekly,
         quietHours: { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" } }) {
         success message preferences { types { type inbox push mail } mailFrequency quietHours { from to timeZone } revision } } }`,
    );
    const { types, ...preferences } = changed.body.data.updateNotificationPreferences.preferences;
    expect(preferences).toEqual({ mailFrequency: "weekly", quietHours, revision: 2 });
    expect(types).toContainEqual({ type: "mention", inbox: true, push: true, mail: true });
    expect((await ann.graphql(`mutation { updateNotificationPreferences(input: { quietHours: null }) { success } }`)).body.data).toEqual({
      updateNotificationPreferences: { success: true },
    });
    expect((await ann.graphql("{ notificationPreferences { quietHours { from } mailFrequency } }")).body.data).toEqual({
      notificationPreferences: { quietHours: null, mailFrequency: "weekly" },
    });

    const client = createClient({ baseUrl: feed.url });
    await client.session.signIn({ email: ann.email, password: ann.password });
    expect(await client.preferences.updateNotifications({ types: { post_liked: { inbox: false } } })).toMatchObject({ revision: 4 });
    expect(await client.preferences.getNotifications()).toEqual((await ann.get(path)).body);
    client.close();
    expect((await ann.get("/api/v1/users/me/export")).body.notificationPreferences).toEqual([(await ann.get(path)).body]);
  });

  test.each([
    ["nothing", {}, "body"],
    ["a type that is none", { types: { welcome: { inbox: false } } }, "types.welcome"],
    ["a channel that is none", { types: { mention: { pigeon: true } } }, "types.mention.pigeon"],
    ["quiet hours without a time zone", { quietHours: { from: "22:00", to: "07:00" } }, "quietHours.timeZone"],
    ["a time that no clock shows", { quietHours: { ...quietHours, to: "24:00" } }, "quietHours.to"],
    ["quiet hours that last a day", { quietHours: { ...quietHours, to: "22:00" } }, "quietHours.to"],
  ])("refuse %s", async (_, body, field) => {
    const ann = await feed.person("ann");
    expect(await ann.patch(path, body)).toMatchObject({ status: 400, body: { code: "validation_failed", errors: [{ field }] } });
    expect((await ann.get(path)).body).toMatchObject({ revision: 1 });
  });

  test("are the user's own", async () => {
    expect((await feed.call("GET", path)).status).toBe(401);
    expect((await feed.call("POST", "/graphql", { query: "{ notificationPreferences { revision } }" })).body).toEqual({
      data: { notificationPreferences: null },
    });
  });
});
