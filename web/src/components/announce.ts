let region: HTMLElement | undefined;
let waiting: string[] = [];

/** How long what comes is gathered before it is said. */
const gatherMs = 2_000;

function say(): void {
  if (region) region.textContent = waiting.length > 3 ? `${waiting.at(-1)}, and ${waiting.length - 1} more` : waiting.join(". ");
  waiting = [];
}

/** Tells screen readers, politely: what comes within two seconds is said together. */
export function announce(text: string): void {
  if (!region) {
    region = document.createElement("div");
    region.className = "visually-hidden";
    region.setAttribute("aria-live", "polite");
    document.body.append(region);
  }
  waiting.push(text);
  if (waiting.length === 1) setTimeout(say, gatherMs);
}
