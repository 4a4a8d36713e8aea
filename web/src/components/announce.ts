import { t } from "../texts/texts.ts";

let region: HTMLElement | undefined;
let waiting: string[] = [];

/** How long announcements are collected before they are read out together. */
const collectMs = 2_000;

function say(): void {
  if (region) region.textContent = waiting.length > 3 ? t.announcements.andMore(waiting.at(-1) ?? "", waiting.length - 1) : waiting.join(". ");
  waiting = [];
}

/** Announces to screen readers, politely; what comes within two seconds is one announcement. */
export function announce(text: string): void {
  if (!region) {
    region = document.createElement("div");
    region.className = "visually-hidden";
    region.setAttribute("aria-live", "polite");
    document.body.append(region);
  }
  waiting.push(text);
  if (waiting.length === 1) setTimeout(say, collectMs);
}
