let region: HTMLElement | undefined;
let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells screen readers, politely, and at most every two seconds: what came meanwhile is said together. */
export function announce(text: string): void {
  if (!region) {
    region = document.createElement("div");
    region.className = "visually-hidden";
    region.setAttribute("aria-live", "polite");
    document.body.append(region);
  }
  waiting.push(text);
  timer ??= setTimeout(() => {
    timer = undefined;
    if (region) region.textContent = waiting.length > 3 ? `${waiting.at(-1)}, and ${waiting.length - 1} more` : waiting.join(". ");
    waiting = [];
  }, 2_000);
}
