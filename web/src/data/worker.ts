import { offer } from "../components/toasts.tsx";
import { t } from "../texts/texts.ts";
import { entry } from "./build.ts";

const address = "/service-worker.js";
const checkMs = 60 * 60_000;

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** The one script that this page starts by its address: its policy (`webClientHeaders`) makes no other. */
function trustedAddress(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy("service-worker", { createScriptURL: () => address }).createScriptURL(address) ?? address;
}

/** Is a worker of the build that this page runs? */
const isOfThisBuild = (worker: ServiceWorker): Promise<boolean> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === entry);
    worker.postMessage("build", [port2]);
  });

function reloadWith(worker: ServiceWorker): void {
  worker.addEventListener("statechange", () => worker.state === "activated" && location.reload());
  worker.postMessage("activate");
}

/** A page that was loaded from the new build already has nothing to say about it. */
async function meet(worker: ServiceWorker): Promise<void> {
  if (await isOfThisBuild(worker)) worker.postMessage("activate");
  else offer(t.shell.newVersion, t.shell.reload, () => reloadWith(worker));
}

/**
 * Keeps the page's shell on this device, so that it opens without a network (`service-worker.ts`). A new version waits until
 * the user reloads the page.
 */
export async function startWorker(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register(trustedAddress());
  const look = () => {
    if (registration.waiting && registration.active) void meet(registration.waiting);
  };
  look();
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => installing.state === "installed" && look());
  });
  let checked = Date.now();
  // The browser looks for a new version with each navigation, and a page that stays open has none.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" || Date.now() - checked < checkMs) return;
    checked = Date.now();
    registration.update().catch(() => {}); // with the next look
  });
}
