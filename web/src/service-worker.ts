/**
 * Keeps the page's shell on the device, so that NewFeed opens without a network. It answers for nothing but pages and built
 * files: what the API says is the page's own to ask for, and to keep. It has no imports: a worker is one file.
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
interface Worker {
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LongEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: RequestEvent) => void): void;
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
