import { useMemo } from "react";
import { Parts } from "./parts.tsx";
import { PostCard } from "./post-card.tsx";
import "../styles/feed.css";

interface Placed {
  key: string;
  position: number;
}
const isSame = (one: Placed, other: Placed) => one.position === other.position;
const card = ({ key, position }: Placed) => <PostCard key={key} id={key} position={position} />;

interface Props {
  /** Lives as long as the list: see `lifeOf`. */
  list: object;
  ids: readonly string[];
  loading: boolean;
}

/** Posts in an order of their own. */
export function PostList({ list, ids, loading }: Props) {
  const items = useMemo(() => ids.map((id, index): Placed => ({ key: id, position: index + 1 })), [ids]);
  return (
    <div className="feed" role="feed" aria-busy={loading}>
      <Parts list={list} items={items} isEqual={isSame} most={10} className="feed__part" render={card} />
    </div>
  );
}
