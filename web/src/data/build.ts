/** The script of the build that this page runs. */
export const entry = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute("src");
const onceIn = 30_000;
const lastKey = "newfeed.reloaded";

/** Does the server have another build? False while it cannot be reached. */
async function isBuildGone(): Promise<boolean> {
  if (!entry || !navigator.onLine) return false;
  try {
    const response = await fetch("/", { headers: { accept: "text/html" }, cache: "no-cache", signal: AbortSignal.timeout(5_000) });
    return response.ok && !(await response.text()).includes(`"${entry}"`);
  } catch {
    return false;
  }
}

/** Loads the page again when a part of it failed because its build was replaced; twice in 30 s would be a loop. */
export async function reloadIfBuildIsGone(): Promise<void> {
  if (Date.now() - Number(sessionStorage.getItem(lastKey) ?? 0) < onceIn || !(await isBuildGone())) return;
  sessionStorage.setItem(lastKey, String(Date.now()));
  location.reload();
}
