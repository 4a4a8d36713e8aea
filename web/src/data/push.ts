import { useQuery } from "@tanstack/react-query";
import { client, queryClient, refetch } from "./client.ts";
import { keys } from "./keys.ts";

/** `blocked`: the user has forbidden it in their browser. `missing`: the browser cannot, or has not installed its worker. */
export type PushState = "on" | "off" | "blocked" | "missing";

async function registration(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) return null;
  return (await navigator.serviceWorker.getRegistration()) ?? null;
}

async function readState(signal?: AbortSignal): Promise<PushState> {
  const worker = await registration();
  if (!worker) return "missing";
  if (Notification.permission === "denied") return "blocked";
  if (!(await worker.pushManager.getSubscription())) return "off";
  const { data } = await (await client.devices()).list(signal && { signal });
  return data.some(({ current, kind }) => current && kind === "web") ? "on" : "off";
}

/** Whether notifications are pushed to this browser; undefined until that is known. */
export const usePushState = (): PushState | undefined => useQuery({ queryKey: keys.push, queryFn: ({ signal }) => readState(signal), staleTime: 0 }).data;

async function subscribe({ pushManager }: ServiceWorkerRegistration, applicationServerKey: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey };
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    // The server had another key.
    const former = await pushManager.getSubscription();
    if (!former) throw error;
    await former.unsubscribe();
    return pushManager.subscribe(options);
  }
}

/** Where this browser keeps what the device is called, for each user who has pushes shown here: they have them again after a sign-in. */
const nameKey = (userId: string) => `newfeed.push:${userId}`;

async function register(worker: ServiceWorkerRegistration, userId: string, name: string): Promise<void> {
  const calls = await client.devices();
  const { endpoint, keys: given } = (await subscribe(worker, (await calls.list()).webPushKey)).toJSON();
  const subscription = { endpoint: endpoint ?? "", keys: { p256dh: given?.p256dh ?? "", auth: given?.auth ?? "" } };
  await calls.register({ kind: "web", name, language: document.documentElement.lang, subscription });
  localStorage.setItem(nameKey(userId), name);
}

const changed = () => Promise.all([refetch(keys.push), refetch(keys.pushDevices)]);

/** Asks the user for permission, and has notifications be pushed here. `name` is what the device is called in lists. */
export async function startPush(userId: string, name: string): Promise<void> {
  const worker = await registration();
  if (worker && (await Notification.requestPermission()) === "granted") await register(worker, userId, name);
  await changed();
}

export async function stopPush(userId: string): Promise<void> {
  localStorage.removeItem(nameKey(userId));
  const calls = await client.devices();
  const { data } = await calls.list();
  await Promise.all(data.filter(({ current, kind }) => current && kind === "web").map(({ id }) => calls.remove(id)));
  await (await (await registration())?.pushManager.getSubscription())?.unsubscribe();
  await changed();
}

/** A user who had pushes shown here has them again after a sign-in. */
export async function keepPush(userId: string): Promise<void> {
  const name = localStorage.getItem(nameKey(userId));
  const worker = name !== null && (await registration());
  if (name !== null && worker && (await readState()) === "off") await register(worker, userId, name);
}

const hasDevices = async (): Promise<boolean> => (await (await client.devices()).list()).data.length > 0;
/** Whether the user has a device that notifications are pushed to; undefined until that is known. */
export const useHasPushDevices = (): boolean | undefined => useQuery({ queryKey: keys.pushDevices, queryFn: hasDevices }).data;

const shown = new Set<string>();

async function acknowledgeShown(): Promise<void> {
  const ids = [...shown].slice(0, 100);
  shown.clear();
  if (await queryClient.fetchQuery({ queryKey: keys.pushDevices, queryFn: hasDevices, staleTime: 10 * 60_000 }))
    await (await client.devices()).acknowledge(ids);
}

/** This page shows a notification: it is not pushed any more. Those of a moment are acknowledged together. */
export function acknowledge(id: string): void {
  // Otherwise it is pushed as well.
  if (shown.add(id).size === 1) setTimeout(() => void acknowledgeShown().catch(() => {}), 500);
}
