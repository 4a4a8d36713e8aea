import { type Changed, useHistory } from "../data/history.ts";
import { t } from "../texts/texts.ts";
import { ContentDialog } from "./dialogs.tsx";
import { RichText } from "./rich-text.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Failed } from "./states.tsx";
import { Time } from "./time.tsx";
import { Warned } from "./warned.tsx";
import "./history.css";

export interface HistoryProps {
  of: Changed;
  /** What its author warns of, in place of all that it said. */
  warning?: string | null;
  onClose: () => void;
}

/** What it said before its changes, the newest first. */
export function OpenHistory({ of, warning = null, onClose }: HistoryProps) {
  const { data, error, refetch } = useHistory(of);
  return (
    <ContentDialog title={t.post.earlier} onClose={onClose}>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowSkeletons count={2} label={t.states.loading} />
      ) : data.length === 0 ? (
        <p>{t.post.noneEarlier}</p>
      ) : (
        <Warned id={of.id} warning={warning}>
          <ol className="history">
            {data.map(({ content, writtenAt, ...version }) => (
              <li key={writtenAt}>
                <Time at={writtenAt} />
                {"title" in version && version.title && (
                  <h3 dir="auto" className="history__title">
                    {version.title}
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
