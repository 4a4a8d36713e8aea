import type { Post } from "@newfeed/client";
import { usePostHistory } from "../data/post-history.ts";
import { t } from "../texts/texts.ts";
import { ContentDialog } from "./dialogs.tsx";
import { RichText } from "./rich-text.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Failed } from "./states.tsx";
import { Time } from "./time.tsx";
import { Warned } from "./warned.tsx";
import "./post-history.css";

export interface HistoryProps {
  post: Post;
  onClose: () => void;
}

/** What a post said before its changes, the newest first. */
export function OpenPostHistory({ post, onClose }: HistoryProps) {
  const { data, error, refetch } = usePostHistory(post);
  return (
    <ContentDialog title={t.post.earlier} onClose={onClose}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowSkeletons count={2} label={t.states.loading} />
      ) : data.length === 0 ? (
        <p>{t.post.noneEarlier}</p>
      ) : (
        <Warned id={post.id} warning={post.contentWarning}>
          <ol className="post-history">
            {data.map(({ title, content, writtenAt }) => (
              <li key={writtenAt}>
                <Time at={writtenAt} />
                {title && (
                  <h3 dir="auto" className="post-history__title">
                    {title}
                  </h3>
                )}
                <p dir="auto" className="post-card__text">
                  <RichText text={content} />
                </p>
              </li>
            ))}
          </ol>
        </Warned>
      )}
    </ContentDialog>
  );
}
