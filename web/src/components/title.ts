let page = "NewFeed";
let unread = 0;

function show(): void {
  document.title = `${unread > 0 ? `(${unread > 99 ? "99+" : unread}) ` : ""}${page === "NewFeed" ? page : `${page} · NewFeed`}`;
}

/** Names the page in the window's title. */
export function setTitle(title: string): void {
  page = title;
  show();
}

/** Shows the number of unread notifications in the window's title. */
export function setUnreadInTitle(count: number): void {
  unread = count;
  show();
}
