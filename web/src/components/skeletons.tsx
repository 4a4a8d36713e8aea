import "./skeletons.css";
import { t } from "../texts/texts.ts";

const shapes = (count: number) => Array.from({ length: count }, (_, index) => `shape-${index}`);

/** The shape of posts that are loading. */
export function PostSkeletons({ count = 4 }: { count?: number }) {
  return (
    <div role="status" aria-label={t.states.loadingPosts} className="feed">
      {shapes(count).map((name) => (
        <div key={name} className="card skeleton-card">
          <div className="skeleton skeleton-card__face" />
          <div className="skeleton-card__lines">
            <div className="skeleton" />
            <div className="skeleton" />
            <div className="skeleton" />
          </div>
        </div>
      ))}
    </div>
  );
}

export function RowSkeletons({ count = 5, label }: { count?: number; label: string }) {
  return (
    <div role="status" aria-label={label}>
      {shapes(count).map((name) => (
        <div key={name} className="skeleton-row">
          <div className="skeleton skeleton-card__face" />
          <div className="skeleton-card__lines">
            <div className="skeleton" />
            <div className="skeleton" />
          </div>
        </div>
      ))}
    </div>
  );
}
