/**
 * Keeps the page's shell on the device, so that NewFeed opens without a network. It answers for nothing but pages and built
 * files: what the API says is the page's own to ask for, and to keep. It also shows what is pushed while no page is open. It has
 * no imports: a worker is one file.
 */

/** `vite.config.ts` writes it in front of this file, so that the worker changes with every build. */
declare const build: {
  /** The page's script, which names the build. */
  entry: string;
  /** What opens the page, besides its document. */
  shell: readonly string[];
  /** All built files. */
  files: readonly string[];
  /** The paths of the client's pages, as a regular expression. */
  pages: string;
  /** The path of a comment, with `:postId` and `:commentId`. */
  commentPage: string;
  /** What pushed notifications say, by language and type (`contracts/notification-texts.ts`). */
  pushTexts: Readonly<Record<string, Readonly<Record<string, { one: string; many?: string }>>>>;
};

/** What the page's types lack of workers (W3C Service Workers). */
interface LongEvent extends Event {
  waitUntil(task: Promise<unknown>): void;
}
interface RequestEvent extends LongEvent {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}
interface PushEvent extends LongEvent {
  readonly data: { json(): unknown } | null;
}
interface NotificationEvent extends LongEvent {
  readonly notification: Notification;
}
interface WindowClient {
  readonly url: string;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}
interface Worker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LongEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: RequestEvent) => void): void;
  addEventListener(type: "push", listener: (event: PushEvent) => void): void;
  addEventListener(type: "notificationclick", listener: (event: NotificationEvent) => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
}
const worker = globalThis as unknown as Worker;

const prefix = "newfeed:";
const cacheName = prefix + build.entry;
const isPage = new RegExp(build.pages);
const documentPath = "/";
/** A network that says nothing for so long does not open the page. */
const patienceMs = 5_000;

/** Fails, to be tried again, when the server has another build by now. */
async function keepShell(): Promise<void> {
  const page = await fetch(documentPath, { cache: "reload" });
  if (!page.ok || !(await page.clone().text()).includes(`"${build.entry}"`)) throw new Error("the server has another build");
  const cache = await caches.open(cacheName);
  await cache.addAll(build.shell);
  await cache.put(documentPath, page);
}

async function begin(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(prefix) && name !== cacheName).map((name) => caches.delete(name)));
  await worker.registration.navigationPreload?.enable();
}

/** What the server says, whatever it is; the shell only where there is no answer. */
async function answerPage({ request, preloadResponse }: RequestEvent): Promise<Response> {
  const answer = (async () => (await preloadResponse) ?? fetch(request))();
  const late = new Promise<null>((resolve) => setTimeout(resolve, patienceMs, null));
  const first = await Promise.race([answer.catch(() => null), late]);
  return first ?? (await (await caches.open(cacheName)).match(documentPath)) ?? answer;
}

/** Built files never change under their name. */
async function answerFile(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(path, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && build.files.includes(path)) await cache.put(path, answer.clone());
  return answer;
}

/** What delivery-service pushes: a notification, or that some are read elsewhere, or taken back. */
interface Pushed {
  language?: string;
  notification?: {
    id: string;
    revision: number;
    tag: string;
    type: string;
    actors: readonly { username: string; fullName: string }[];
    count: number;
    subject: { postId: string | null; commentId: string | null };
    excerpt: string | null;
    createdAt: string;
  };
  closed?: { ids?: readonly string[]; until?: string };
}
/** What is kept of a notification that is shown. */
interface Shown {
  id: string;
  createdAt: string;
  path: string;
}

/** Where a notification leads. */
function pathOf({ type, actors: [actor], subject: { postId, commentId } }: NonNullable<Pushed["notification"]>): string {
  if (type === "follow_request") return "/settings";
  if (postId) return commentId ? build.commentPage.replace(":postId", postId).replace(":commentId", commentId) : `/posts/${postId}`;
  return actor ? `/@${actor.username}` : "/notifications";
}

async function show(pushed: NonNullable<Pushed["notification"]>, language = "en"): Promise<void> {
  const texts = build.pushTexts[language.split("-")[0] ?? ""] ?? build.pushTexts.en ?? {};
  const { id, tag, type, actors, count, excerpt, createdAt } = pushed;
  const text = texts[type] ?? texts.other;
  const [actor] = actors;
  const who = actor ? actor.fullName || `@${actor.username}` : "NewFeed";
  const data: Shown = { id, createdAt, path: pathOf(pushed) };
  const title = ((count > 1 && text?.many) || text?.one || "NewFeed").replace("{who}", () => who);
  const options = { body: excerpt ?? "", tag, renotify: true, data, icon: "/icons/192.png", lang: language, timestamp: Date.parse(createdAt) };
  await worker.registration.showNotification(title, options);
}

async function close({ ids = [], until = "" }: NonNullable<Pushed["closed"]>): Promise<void> {
  for (const notification of await worker.registration.getNotifications()) {
    const { id, createdAt } = (notification.data ?? {}) as Partial<Shown>;
    if ((id && ids.includes(id)) || (createdAt && createdAt <= until)) notification.close();
  }
}

/** The number at the app's icon is that of the inbox; where it cannot be asked for, that of the notifications that are shown. */
async function countUnread(): Promise<void> {
  const { setAppBadge } = navigator as { setAppBadge?(count: number): Promise<void> };
  if (!setAppBadge) return;
  const answer = await fetch("/api/v1/notifications/unread-count").catch(() => null);
  const { unreadCount } = answer?.ok
    ? ((await answer.json()) as { unreadCount: number })
    : { unreadCount: (await worker.registration.getNotifications()).length };
  await setAppBadge.call(navigator, unreadCount);
}

async function receive({ notification, closed, language }: Pushed): Promise<void> {
  if (notification) await show(notification, language);
  if (closed) await close(closed);
  await countUnread();
}

/** An open page goes there, or a new one is opened. */
async function open(path: string): Promise<void> {
  const [page] = await worker.clients.matchAll({ type: "window", includeUncontrolled: false });
  if (!page) return void (await worker.clients.openWindow(path));
  await page.focus();
  await page.navigate(path);
}

worker.addEventListener("install", (event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (event) => event.waitUntil(begin()));
worker.addEventListener("message", ({ data, ports: [port] }) => {
  if (data === "build") port?.postMessage(build.entry);
  if (data === "activate") void worker.skipWaiting();
});
worker.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && isPage.test(pathname)) event.respondWith(answerPage(event));
  else if (build.files.includes(pathname)) event.respondWith(answerFile(event.request, pathname));
});
worker.addEventListener("push", (event) => event.waitUntil(receive((event.data?.json() ?? {}) as Pushed)));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open((event.notification.data as Shown).path));
});
