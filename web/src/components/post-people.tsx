import { useState } from "react";
import { Link } from "wouter";
import { usePostPeople } from "../data/post-people.ts";
import { t } from "../texts/texts.ts";
import { Avatar } from "./avatar.tsx";
import { Choice } from "./choice.tsx";
import { ContentDialog } from "./dialogs.tsx";
import { Handle, Name } from "./name.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Failed } from "./states.tsx";
import "./post-people.css";

export interface PostPeopleProps {
  postId: string;
  onClose: () => void;
}

type Which = "likes" | "reposts";

/** Who likes and has reposted a post, the last one first. */
export function PostPeople({ postId, onClose }: PostPeopleProps) {
  const [which, setWhich] = useState<Which>("likes");
  return (
    <ContentDialog title={t.post.people} onClose={onClose}>
      <Choice
        label={t.post.people}
        value={which}
        choose={setWhich}
        options={[
          { value: "likes", label: t.post.likers },
          { value: "reposts", label: t.post.reposters },
        ]}
      />
      <People key={which} postId={postId} which={which} onClose={onClose} />
    </ContentDialog>
  );
}

function People({ postId, which, onClose }: PostPeopleProps & { which: Which }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = usePostPeople(postId, which);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <RowSkeletons count={3} label={t.states.loading} />;
  return (
    <>
      {data.length === 0 && !hasNextPage && <p className="post-people__none">{which === "likes" ? t.post.noLikers : t.post.noReposters}</p>}
      <ul className="post-people">
        {data.map((person) => (
          <li key={person.id}>
            <Link href={`/@${person.username}`} onClick={onClose}>
              <Avatar of={person} />
              <b>
                <Name of={person} />
              </b>
              <Handle of={person} />
            </Link>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" className="button button--quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.showMore}
        </button>
      )}
    </>
  );
}
