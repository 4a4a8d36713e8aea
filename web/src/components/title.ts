let page = "NewFeed";
let count = 0;

function show(): void {
  document.title = `${count > 0 ? `(${count > 99 ? "99+" : count}) ` : ""}${page === "NewFeed" ? page : `${page} · NewFeed`}`;
}

/** Names the page in the window's title. */
export function setTitle(title: string): void {
  page = title;
  show();
}

/** Shows the number of unseen notifications in the window's title. */
export function setCountInTitle(unseen: number): void {
  count = unseen;
  show();
}
