import type { User } from "@newfeed/client";
import { type ReactNode, useCallback, useMemo } from "react";
import { Parts } from "./parts.tsx";
import "./user-row.css";

const partSize = 20;
interface Item {
  key: string;
  user: User;
}
const isSame = (one: Item, other: Item) => one.user === other.user;

interface Props {
  /** Lives as long as what was found. */
  list: object;
  users: readonly User[];
  /** A list item. The same function as long as it would render the same. */
  row: (user: User) => ReactNode;
  label?: string;
}

/** Users that were found, of whom only those near the screen are in the page. */
export function UserList({ list, users, row, label }: Props) {
  const items = useMemo(() => users.map((user) => ({ key: user.id, user })), [users]);
  const render = useCallback(({ user }: Item) => row(user), [row]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: parts stand between the list and its items
    <div role="list" aria-label={label}>
      <Parts list={list} items={items} isEqual={isSame} most={partSize} className="user-list__part" render={render} />
    </div>
  );
}
