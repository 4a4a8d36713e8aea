import { createObservable } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { client } from "./data/client.ts";
import { useObservable } from "./data/hooks.ts";
import type { Texts } from "./texts/en.ts";

type Shortcut = keyof Texts["shortcuts"];

/**
 * The one table of shortcuts: what each key does, and what the help says of it. What a key presses is marked with
 * `data-key`; `j` and `k` move between articles, which are posts, comments and replies.
 */
const shortcuts: readonly { keys: readonly string[]; does: Shortcut; act: (navigate: (path: string) => void) => void }[] = [
  { keys: ["j"], does: "next", act: () => move(1) },
  { keys: ["k"], does: "previous", act: () => move(-1) },
  { keys: ["Enter"], does: "open", act: () => press(current()?.querySelector('[data-key="Enter"]')) },
  { keys: ["l"], does: "like", act: () => press(within("l")) },
  { keys: ["t"], does: "repost", act: () => press(within("t")) },
  { keys: ["b"], does: "bookmark", act: () => press(within("b")) },
  { keys: ["r"], does: "reply", act: reply },
  { keys: ["n"], does: "write", act: () => client.session.state.user && isWriting.set(true) },
  { keys: ["/"], does: "search", act: search },
  { keys: ["?"], does: "help", act: () => isHelpShown.set(true) },
];
/** The keys of the feed pattern (WAI-ARIA Authoring Practices), while the focus is in a list of posts. */
const feedKeys: readonly { keys: readonly string[]; does: Shortcut; act: (feed: Element) => boolean }[] = [
  { keys: ["Page Down"], does: "nextPost", act: (feed) => move(1, feed) },
  { keys: ["Page Up"], does: "previousPost", act: (feed) => move(-1, feed) },
  { keys: ["Ctrl", "End"], does: "afterList", act: (feed) => leave(feed, Node.DOCUMENT_POSITION_FOLLOWING) },
  { keys: ["Ctrl", "Home"], does: "beforeList", act: (feed) => leave(feed, Node.DOCUMENT_POSITION_PRECEDING) },
];
export const shortcutTable = [...shortcuts, ...feedKeys].map(({ keys, does }) => ({ keys, does }));

/** Is the dialog open in which a post is written from anywhere? */
export const isWriting = createObservable(false);
export const isHelpShown = createObservable(false);

const current = () => document.activeElement?.closest<HTMLElement>("#main article") ?? null;

/** In the article with the focus, or else in the post whose page this is. */
const within = (key: string) => (current() ?? document.querySelector("#main article[data-alone]"))?.querySelector(`[data-key="${key}"]`);

function press(element: Element | null | undefined): void {
  if (!(element instanceof HTMLElement)) return;
  if (isField(element)) {
    element.focus();
    element.scrollIntoView({ block: "nearest" });
  } else element.click();
}

/** False at the end, where there is nothing to move to. */
function move(step: 1 | -1, feed?: Element): boolean {
  const items = [...(feed ?? document).querySelectorAll<HTMLElement>(feed ? "article" : "#main article")];
  const here = current();
  const from = here ? items.indexOf(here) : -1;
  const onScreen = (item: HTMLElement) => item.getBoundingClientRect().bottom > 80;
  const to = from >= 0 ? from + step : step > 0 ? items.findIndex(onScreen) : items.findLastIndex((item) => !onScreen(item));
  const item = items[to];
  if (!item) return false;
  if (!item.hasAttribute("tabindex")) item.tabIndex = -1;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "start", behavior: "instant" });
  return true;
}

const focusable = "a[href], button:not(:disabled), input:not([tabindex='-1']), textarea, [tabindex='0']";

function leave(feed: Element, side: number): boolean {
  const others = [...document.querySelectorAll<HTMLElement>(focusable)].filter(
    (element) => !feed.contains(element) && (feed.compareDocumentPosition(element) & side) > 0 && element.checkVisibility(),
  );
  const next = side === Node.DOCUMENT_POSITION_FOLLOWING ? others[0] : others.at(-1);
  next?.focus();
  return next !== undefined;
}

/** The field that the next page gives the focus. */
let wanted: string | undefined;

function reply(): void {
  const target = within("r") ?? document.querySelector('#main textarea[data-key="r"]');
  if (target instanceof HTMLAnchorElement) wanted = "r";
  press(target);
}

function search(navigate: (path: string) => void): void {
  const box = document.querySelector('#main [data-key="/"]') ?? document.querySelector('[data-key="/"]');
  if (box) press(box);
  else {
    wanted = "/";
    navigate(pages.search);
  }
}

/** On the page that a shortcut leads to, once its field is there. */
export function useWantedField(key: string, isThere: boolean): void {
  useEffect(() => {
    if (!isThere || wanted !== key) return;
    wanted = undefined;
    // After the heading, which takes the focus on a new page.
    const frame = requestAnimationFrame(() => press(document.querySelector(`#main :is(input, textarea)[data-key="${key}"]`)));
    return () => cancelAnimationFrame(frame);
  }, [key, isThere]);
}

const isField = (element: Element) => element.closest("input, textarea, select, [contenteditable]") !== null;

const name = "newfeed.shortcuts";

function read(): boolean {
  try {
    return localStorage.getItem(name) !== "off";
  } catch {
    return true;
  }
}
const areOn = createObservable(read());
/** Letters as shortcuts can be turned off (WCAG 2.2, 2.1.4): programs that type what is said would press them. */
export const useShortcutsOn = () => useObservable(areOn);
export function setShortcutsOn(on: boolean): void {
  areOn.set(on);
  try {
    localStorage.setItem(name, on ? "on" : "off");
  } catch {
    // Until the page is left.
  }
}

function onKeyDown(event: KeyboardEvent, navigate: (path: string) => void): void {
  const { key, target, ctrlKey, metaKey, altKey, isComposing, defaultPrevented } = event;
  if (!(target instanceof Element) || defaultPrevented || isComposing || metaKey || altKey || isField(target)) return;
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return;
  const feed = target.closest('[role="feed"]');
  const name = [...(ctrlKey ? ["Ctrl"] : []), key.replace("Page", "Page ")].join(" ");
  const inFeed = feed && feedKeys.find(({ keys }) => keys.join(" ") === name);
  if (inFeed) {
    if (inFeed.act(feed)) event.preventDefault();
    return;
  }
  const found = shortcuts.find(({ keys: [only] }) => only === name);
  // Enter presses what has the focus.
  if (!found || (key === "Enter" && target.tagName !== "ARTICLE")) return;
  if (key.length === 1 && !areOn.state && key !== "?") return;
  event.preventDefault();
  found.act(navigate);
}

/** Listens to the keys of the table, but while the user types, and while a dialog or a menu is open. */
export function useShortcuts(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event, navigate);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, [navigate]);
}
