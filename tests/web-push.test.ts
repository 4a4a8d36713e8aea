import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPost, sendComment } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { openPushEndpoint, type PushEndpoint } from "./support/push-endpoint.ts";
import { untilConnection } from "./support/web/conversation.ts";
import { look } from "./support/web/look.ts";
import { screens } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let endpoint: PushEndpoint;
beforeAll(async () => {
  endpoint = await openPushEndpoint();
  feed = await startTestFeed({ WEBHOOK_ALLOW_PRIVATE: "true" });
});
afterAll(async () => {
  await feed.close();
  endpoint.close();
});

/** A push service of its own takes the place of the browser's, which is on the network: the keys are real. */
const subscribing = (subscription: object) => `
  const made = { toJSON: () => (${JSON.stringify(subscription)}), unsubscribe: async () => (localStorage.removeItem("subscribed"), true) };
  PushManager.prototype.subscribe = async () => (localStorage.setItem("subscribed", "true"), made);
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("subscribed") ? made : null);
`;

/** What the browser does once it has decrypted a push. */
async function deliver(page: Page, devtools: CDPSession, payload: object): Promise<void> {
  const found = new Promise<string>((resolve) => {
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [one] = registrations;
      if (one) resolve(one.registrationId);
    });
  });
  await devtools.send("ServiceWorker.enable");
  await devtools.send("ServiceWorker.deliverPushMessage", { origin: new URL(page.url()).origin, registrationId: await found, data: JSON.stringify(payload) });
  await devtools.send("ServiceWorker.disable");
}
interface ShownPush {
  title: string;
  body: string;
  path: string;
}
const shownOn = (page: Page): Promise<ShownPush[]> =>
  page.evaluate(
    "navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) => all.map(({ title, body, data }) => ({ title, body, path: data.path })))",
  );
async function hurry(): Promise<void> {
  const { query } = await feed.platform.openDatabase("delivery-service");
  await query("UPDATE push SET due_at = now() WHERE due_at IS NOT NULL AND NOT in_hand");
}

test("a device has pushes turned on; they say what happened, lead there, and go when it is read elsewhere", { timeout: 60_000 }, async ({ skip }) => {
  stage.need(skip);
  const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
  const { path, subscription } = endpoint.subscribe();
  const page = await stage.signIn(feed.url, alice, { serviceWorkers: "allow", permissions: ["notifications"], viewport: screens[0] ?? null });
  await page.addInitScript(subscribing(subscription));
  await page.goto(`${feed.url}/settings`);
  const part = page.getByRole("region", { name: "Notifications on this device" });
  const toggle = part.getByRole("checkbox");
  await eventually(async () => expect(await page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one?.active?.state)")).toBe("activated"));
  await page.reload();
  await eventually(async () => expect(await toggle.isEnabled()).toBe(true));
  await toggle.click();
  await eventually(async () => expect(await toggle.isChecked()).toBe(true));
  expect((await alice.get("/api/v1/devices")).body.data).toMatchObject([{ kind: "web", language: "en", name: expect.stringMatching(/ on /) }]);
  const likes = page.getByRole("checkbox", { name: "Likes of your posts: push to your devices" });
  expect(await likes.isChecked()).toBe(false);
  await likes.click();
  await eventually(async () =>
    expect((await alice.get("/api/v1/users/me/notification-preferences")).body.types.post_liked).toEqual({ inbox: true, push: true, mail: false }),
  );
  await part.scrollIntoViewIfNeeded();
  await look(page, "push-settings");

  const postId = await createPost(alice);
  await page.goto("about:blank");
  const { query } = await feed.platform.openDatabase("notification-service");
  await eventually(async () =>
    expect(await query("SELECT has_devices AS known FROM notification_preferences WHERE user_id = $1", [alice.id])).toEqual([{ known: true }]),
  );
  const comment = (await sendComment(bob, postId, "How nice")).body;
  await eventually(async () => {
    await hurry();
    expect(endpoint.at(path)).toHaveLength(1);
  });
  await page.goto(`${feed.url}/settings`);
  const devtools = await page.context().newCDPSession(page);
  await deliver(page, devtools, endpoint.at(path)[0]?.body);
  const place = `/posts/${postId}/comments/${comment.id}`;
  await eventually(async () =>
    expect(await shownOn(page)).toEqual([{ title: expect.stringMatching(/ commented on your post$/), body: "How nice", path: place }]),
  );

  const [notification] = (await alice.get("/api/v1/notifications")).body.data;
  await alice.patch(`/api/v1/notifications/${notification.id}/read`);
  await eventually(async () => {
    await hurry();
    expect(endpoint.at(path)).toHaveLength(2);
  });
  await deliver(page, devtools, endpoint.at(path)[1]?.body);
  await eventually(async () => expect(await shownOn(page)).toEqual([]));

  await eventually(async () => expect(await toggle.isChecked()).toBe(true));
  await toggle.click();
  await eventually(async () => expect((await alice.get("/api/v1/devices")).body.data).toEqual([]));
  expect(endpoint.faults).toEqual([]);
});

test("pushes go on after the next sign-in of who turned them on, and of nobody else", { timeout: 60_000 }, async ({ skip }) => {
  stage.need(skip);
  const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
  const { subscription } = endpoint.subscribe();
  const page = await stage.signIn(feed.url, alice, { serviceWorkers: "allow", permissions: ["notifications"] });
  await page.addInitScript(subscribing(subscription));
  await page.goto(`${feed.url}/settings`);
  await eventually(async () => expect(await page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one?.active?.state)")).toBe("activated"));
  await page.reload();
  const toggle = page.getByRole("region", { name: "Notifications on this device" }).getByRole("checkbox");
  await eventually(async () => expect(await toggle.isEnabled()).toBe(true));
  await toggle.click();
  const devices = async (of: Person) => (await of.get("/api/v1/devices")).body.data.length;
  await eventually(async () => expect(await devices(alice)).toBe(1));

  const changeTo = async ({ email, password }: Person) => {
    await page.goto(`${feed.url}/settings`);
    const signOut = page.getByRole("button", { name: "Sign out", exact: true });
    await signOut.click();
    await signOut.waitFor({ state: "detached" });
    await page.goto(`${feed.url}/login`);
    await page.getByLabel("E-mail or username").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await untilConnection(page, "live");
  };
  await changeTo(bob);
  await eventually(async () => expect(await devices(alice)).toBe(0));
  await page.goto(`${feed.url}/settings`);
  await eventually(async () => expect(await toggle.isEnabled()).toBe(true));
  expect([await toggle.isChecked(), await devices(bob)]).toEqual([false, 0]);
  await changeTo(alice);
  await eventually(async () => expect(await devices(alice)).toBe(1));
});

/** A device that the user has elsewhere, once it is known to who notifies. Gives the path at which it is pushed to. */
async function phoneOf(user: Person): Promise<string> {
  const { subscription, path } = endpoint.subscribe();
  expect(await user.post("/api/v1/devices", { kind: "web", name: "Phone", subscription })).toMatchObject({ status: 201 });
  const { query } = await feed.platform.openDatabase("notification-service");
  await eventually(async () =>
    expect(await query("SELECT has_devices AS known FROM notification_preferences WHERE user_id = $1", [user.id])).toEqual([{ known: true }]),
  );
  return path;
}

test("what an open page shows is not pushed to other devices", { timeout: 60_000 }, async ({ skip }) => {
  stage.need(skip);
  const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
  const path = await phoneOf(alice);
  const postId = await createPost(alice);
  const page = await stage.signIn(feed.url, alice);
  const acknowledged = page.waitForResponse((response) => response.url().endsWith("/api/v1/devices/acknowledgements"));
  await untilConnection(page, "live");
  await sendComment(bob, postId, "How nice");
  expect((await acknowledged).status()).toBe(204);
  const { query: delivery } = await feed.platform.openDatabase("delivery-service");
  await eventually(async () => {
    await hurry();
    expect(await delivery("SELECT id FROM push WHERE owner_id = $1", [alice.id])).toEqual([]);
  });
  expect(endpoint.at(path)).toEqual([]);
});

/** What `service-worker.ts` does with the app's icon, and in place of a click: headless browsers show neither. */
const inWorker = {
  watchBadge: "navigator.setAppBadge = async (count) => { globalThis.badge = count; }",
  badge: "globalThis.badge ?? null",
  // Of an event that no user has made, a worker may neither wait for the end nor give a window the focus.
  click: `(async () => {
    const [notification] = await registration.getNotifications();
    const event = new NotificationEvent("notificationclick", { notification });
    let task;
    event.waitUntil = (given) => { task = given; };
    WindowClient.prototype.focus = async function () { return this; };
    dispatchEvent(event);
    await task;
  })()`,
};

test("a push sets the number at the app's icon, and a click on it leads an open page to what it is about", { timeout: 90_000 }, async ({ skip }) => {
  stage.need(skip);
  const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
  const path = await phoneOf(alice);
  const postId = await createPost(alice);
  const page = await stage.signIn(feed.url, alice, { serviceWorkers: "allow", permissions: ["notifications"] });
  await eventually(async () => expect(await page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one?.active?.state)")).toBe("activated"));
  // An open page would have shown it.
  await page.goto("about:blank");
  const comment = (await sendComment(bob, postId, "How nice")).body;
  await eventually(async () => {
    await hurry();
    expect(endpoint.at(path)).toHaveLength(1);
  });
  await page.goto(`${feed.url}/settings`);
  await page.getByRole("region", { name: "Notifications on this device" }).waitFor();
  const [worker] = page.context().serviceWorkers();
  if (!worker) throw new Error("there is no service worker");
  await worker.evaluate(inWorker.watchBadge);
  const devtools = await page.context().newCDPSession(page);
  await deliver(page, devtools, endpoint.at(path)[0]?.body);
  await eventually(async () => expect(await shownOn(page)).toHaveLength(1));
  const { unreadCount } = (await alice.get("/api/v1/notifications/unread-count")).body;
  expect(unreadCount).toBeGreaterThan(0);
  await eventually(async () => expect(await worker.evaluate(inWorker.badge)).toBe(unreadCount));
  await worker.evaluate(inWorker.click);
  await eventually(() => expect(new URL(page.url()).pathname).toBe(`/posts/${postId}/comments/${comment.id}`));
  expect(await shownOn(page)).toEqual([]);

  // The page has it now: it is read, which closes what was pushed, and the number goes.
  await alice.post("/api/v1/notifications/read-all", {});
  await eventually(async () => {
    await hurry();
    expect(endpoint.at(path).length).toBeGreaterThan(1);
  });
  await deliver(page, devtools, endpoint.at(path).at(-1)?.body);
  await eventually(async () => expect(await worker.evaluate(inWorker.badge)).toBe(0));
  expect(endpoint.faults).toEqual([]);
});
