/** A card that is to be shown, and the link that it stands beside. */
export interface OpenCard {
  username: string;
  link: HTMLAnchorElement;
}

/** How long a link is pointed at, has the focus, or is held, before its card is fetched and shown. */
const restMs = 400;
/** How long the pointer may be on its way from the link to the card. */
const leaveMs = 200;
/** A finger that moves farther does not hold. */
const heldPx = 10;

/** The user whom an element is a link to, but for those of the navigation, and those on the user's own page. */
function linkAt(target: EventTarget | null): OpenCard | null {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="/@"]') : null;
  const username = link && /^\/@([^/?#]+)$/.exec(link.getAttribute("href") ?? "")?.[1];
  if (!link || !username || link.closest("nav, .user-card") || location.pathname === `/@${username}`) return null;
  return { username: decodeURIComponent(username), link };
}

/** Follows pointers and the focus on the page: `show` is told which card is to be open. Returns a function that stops. */
export function followLinks(show: (card: OpenCard | null) => void, cardOf: () => HTMLElement | null): () => void {
  const stopped = new AbortController();
  let waiting: { link: HTMLAnchorElement; timer: ReturnType<typeof setTimeout> } | null = null;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let open: OpenCard | null = null;
  let pointer = { x: Number.NaN, y: Number.NaN };
  /** A finger holds a link: it shall not follow it when it is lifted. */
  let isHeld = false;

  const isInside = (target: EventTarget | null) => target instanceof Node && (open?.link.contains(target) || cardOf()?.contains(target)) === true;
  function forget(): void {
    clearTimeout(waiting?.timer);
    waiting = null;
  }
  function set(card: OpenCard | null): void {
    forget();
    clearTimeout(leaving);
    leaving = undefined;
    if (card?.link === open?.link) return;
    open = card;
    show(card);
  }
  function wait(card: OpenCard, then = () => set(card)): void {
    if (waiting?.link === card.link) return;
    forget();
    waiting = { link: card.link, timer: setTimeout(then, restMs) };
  }
  const leave = () => (leaving ??= setTimeout(() => set(null), leaveMs));

  const on = <K extends keyof DocumentEventMap>(type: K, listener: (event: DocumentEventMap[K]) => void) =>
    document.addEventListener(type, listener, { signal: stopped.signal, capture: true, passive: type === "scroll" });

  on("pointermove", (event) => {
    const { pointerType, clientX: x, clientY: y, target } = event;
    if (pointerType === "touch") {
      if (Math.hypot(x - pointer.x, y - pointer.y) > heldPx) forget();
      return;
    }
    // While the page scrolls under a pointer at rest, browsers tell of moves, too.
    const isMoved = x !== pointer.x || y !== pointer.y;
    pointer = { x, y };
    if (!isMoved) return;
    if (isInside(target)) {
      clearTimeout(leaving);
      leaving = undefined;
      return;
    }
    if (open && !open.link.matches(":focus-visible")) leave();
    const card = linkAt(target);
    if (card) wait(card);
    else forget();
  });
  on("pointerdown", (event) => {
    isHeld = false;
    pointer = { x: event.clientX, y: event.clientY };
    if (isInside(event.target) && cardOf()?.contains(event.target as Node)) return;
    set(null);
    const card = event.pointerType === "touch" ? linkAt(event.target) : null;
    if (card)
      wait(card, () => {
        isHeld = true;
        set(card);
      });
  });
  for (const type of ["pointerup", "pointercancel"] as const) on(type, ({ pointerType }) => pointerType === "touch" && forget());
  on("contextmenu", (event) => {
    const card = event instanceof PointerEvent && event.pointerType === "touch" ? linkAt(event.target) : null;
    if (!card) return;
    // The finger has held it for long enough for the browser, too.
    event.preventDefault();
    isHeld = true;
    set(card);
  });
  on("click", (event) => {
    if (isHeld && linkAt(event.target)) {
      event.preventDefault();
      event.stopPropagation();
    }
    isHeld = false;
  });
  on("scroll", ({ target }) => {
    if (target instanceof Node && cardOf()?.contains(target)) return;
    set(null);
  });

  on("focusin", ({ target }) => {
    if (isInside(target)) return;
    set(null);
    const card = linkAt(target);
    // Not by a click.
    if (card?.link.matches(":focus-visible")) wait(card);
  });
  on("keydown", (event) => {
    const card = cardOf();
    if (!open || !card) return;
    const { link } = open;
    const stops = [...card.querySelectorAll<HTMLElement>('a:not([tabindex="-1"]), button')];
    const isAtLink = document.activeElement === link;
    if (event.key === "Escape") {
      if (card.contains(document.activeElement)) link.focus();
      set(null);
    } else if (event.key === "Tab" && isAtLink && !event.shiftKey && stops[0]) {
      // The card stands behind the link, though it is elsewhere in the document.
      event.preventDefault();
      stops[0].focus();
    } else if (event.key === "Tab" && document.activeElement === stops.at(event.shiftKey ? 0 : -1)) {
      link.focus();
      if (event.shiftKey) event.preventDefault();
      else set(null);
    }
  });
  return () => {
    stopped.abort();
    set(null);
  };
}
