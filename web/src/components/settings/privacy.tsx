import type { User } from "@newfeed/client";
import { keys } from "../../data/keys.ts";
import { lifeOf } from "../../data/lists.ts";
import { answerFollowRequest, useFollowRequests } from "../../data/people.ts";
import { changePreferences, usePreferences } from "../../data/preferences.ts";
import { t } from "../../texts/account.ts";
import { nameOf } from "../name.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { UserList } from "../user-list.tsx";
import { Decision, UserOfRow } from "./rows.tsx";

/** Whether the account is private, who asks to follow it, and whether others see what its owner likes. */
export function Privacy() {
  const preferences = usePreferences();
  return (
    <section className="card settings__part" aria-labelledby="privacy">
      <h2 id="privacy">{t.privacy.title}</h2>
      <label className="check">
        <input
          type="checkbox"
          disabled={!preferences}
          checked={preferences?.privateAccount ?? false}
          aria-describedby="privacy-hint"
          onChange={(event) => void changePreferences({ privateAccount: event.target.checked })}
        />
        {t.privacy.private}
      </label>
      <p id="privacy-hint">{t.privacy.hint}</p>
      {preferences?.privateAccount && <Requests />}
      <label className="check">
        <input
          type="checkbox"
          disabled={!preferences}
          checked={preferences?.publicLikes ?? false}
          aria-describedby="public-likes-hint"
          onChange={(event) => void changePreferences({ publicLikes: event.target.checked })}
        />
        {t.privacy.publicLikes}
      </label>
      <p id="public-likes-hint">{t.privacy.publicLikesHint}</p>
    </section>
  );
}

function Requests() {
  const { data: users, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useFollowRequests();
  if (error && !users) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <RowSkeletons count={1} label={t.privacy.loading} />;
  if (!users?.length && !hasNextPage) return <p>{t.privacy.none}</p>;
  return (
    <>
      <UserList list={lifeOf(keys.followRequests)} users={users ?? []} row={row} label={t.privacy.requests} />
      {hasNextPage && (
        <button type="button" className="button button--quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? t.common.loading : t.common.showMore}
        </button>
      )}
    </>
  );
}

const row = (user: User) => <Request key={user.id} user={user} />;

const Request = ({ user }: { user: User }) => (
  // biome-ignore lint/a11y/useSemanticElements: an item of a list in parts
  <div role="listitem" className="device">
    <UserOfRow user={user} />
    <Decision name={nameOf(user)} decide={(approved) => void answerFollowRequest(user, approved)} />
  </div>
);
