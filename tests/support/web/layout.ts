import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/**
 * Runs in the page. What a reader would see as broken: a page that scrolls sideways, something beyond its edge, a control
 * that is cut, and text or controls over one another. What floats over the page, and what it covers, is left out.
 */
const measure = `(() => {
  const faults = new Set();
  const width = document.documentElement.clientWidth;
  const nameOf = (element) => element.tagName.toLowerCase() + (element.getAttribute("class") ? "." + element.getAttribute("class").trim().split(/\\s+/).join(".") : "")
    + " " + JSON.stringify((element.getAttribute("aria-label") || element.textContent || element.placeholder || "").trim().slice(0, 24));
  const scroller = document.scrollingElement;
  if (scroller.scrollWidth > width) faults.add("the page is " + scroller.scrollWidth + " px wide");

  const styles = new Map();
  const styleOf = (element) => styles.get(element) ?? (styles.set(element, getComputedStyle(element)), styles.get(element));
  const ancestors = function* (element) { for (let one = element; one && one !== document.body; one = one.parentElement) yield one; };
  const within = (a, b) => ({ left: Math.max(a.left, b.left), right: Math.min(a.right, b.right), top: Math.max(a.top, b.top), bottom: Math.min(a.bottom, b.bottom) });
  const area = ({ left, right, top, bottom }) => Math.max(0, right - left) * Math.max(0, bottom - top);
  const boxOf = (element, box) => {
    let shown = box;
    for (const one of ancestors(element.parentElement)) {
      if (styleOf(one).overflowX === "visible") continue;
      const { left, right, top, bottom } = one.getBoundingClientRect();
      // What can be scrolled to is not cut.
      const scrolls = styleOf(one).overflowY === "auto" && one.scrollHeight > one.clientHeight;
      shown = within(shown, { left, right, ...(scrolls ? { top: shown.top, bottom: shown.bottom } : { top, bottom }) });
    }
    return shown;
  };
  const isControl = (element) => element.matches("a[href], button, input, textarea, summary");
  const hidden = (element) => !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.closest(".visually-hidden, .skip-link");
  const items = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (hidden(element)) continue;
    const box = element.getBoundingClientRect();
    if (area(box) <= 4) continue;
    const layer = [...ancestors(element)].find((one) => ["fixed", "sticky"].includes(styleOf(one).position)) ?? null;
    const shown = boxOf(element, box);
    if (area(shown) > 0 && (shown.right > width + 1 || shown.left < -1)) faults.add(nameOf(element) + " reaches from " + Math.round(shown.left) + " to " + Math.round(shown.right));
    if (isControl(element)) {
      if (area(shown) < 0.9 * area(box)) faults.add(nameOf(element) + " is cut");
      items.push({ element, layer, boxes: [shown] });
    }
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (texts.length === 0) continue;
    const boxes = texts.flatMap((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()].map((one) => boxOf(node, one)).filter((one) => area(one) > 4);
    });
    const control = element.closest("button, a.button")?.getBoundingClientRect();
    if (control && boxes.some((one) => one.left < control.left - 1 || one.right > control.right + 1)) faults.add(nameOf(element) + " is wider than its button");
    items.push({ element, layer, boxes });
  }
  for (const [index, a] of items.entries())
    for (const b of items.slice(index + 1)) {
      if (a.layer !== b.layer || a.element.contains(b.element) || b.element.contains(a.element)) continue;
      const over = a.boxes.some((one) => b.boxes.some((other) => { const both = within(one, other); return both.right - both.left > 2 && both.bottom - both.top > 3; }));
      if (over) faults.add(nameOf(a.element) + " is over " + nameOf(b.element));
    }
  return [...faults];
})()`;

/** Shows a page in a window of this width, to a reader who has set text to this size in per cent; resolves once it is laid out. */
export async function showAt(page: Page, width: number, percent: number): Promise<void> {
  const protocol = await page.context().newCDPSession(page);
  await page.setViewportSize({ width, height: 900 });
  await protocol.send("Page.setFontSizes", { fontSizes: { standard: (16 * percent) / 100 } });
  const shown = "innerWidth + ' ' + getComputedStyle(document.documentElement).fontSize";
  await eventually(async () => expect(await page.evaluate(shown)).toBe(`${width} ${(16 * percent) / 100}px`));
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))");
  await protocol.detach();
}

/** What is broken in the layout of a page as it is shown. */
export const layoutFaults = (page: Page): Promise<string[]> => page.evaluate(measure);
