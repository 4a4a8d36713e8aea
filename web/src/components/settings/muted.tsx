import type { User } from "@newfeed/client";
import { useState } from "react";
import { keys } from "../../data/keys.ts";
import { lifeOf } from "../../data/lists.ts";
import { setMuted, useMuted } from "../../data/people.ts";
import { t } from "../../texts/account.ts";
import { nameOf } from "../name.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { useDates } from "../time.tsx";
import { UserList } from "../user-list.tsx";
import { RowButton, UserOfRow } from "./rows.tsx";

const row = (user: User) => <MutedUser key={user.id} user={user} />;

/** Whom the user has muted, and until when; here a mute is lifted. */
export function Muted() {
  const { data: users, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useMuted();
  return (
    <section className="card settings__part" aria-labelledby="muted">
      <h2 id="muted">{t.muted.title}</h2>
      <p>{t.muted.text}</p>
      {error && !users ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={1} label={t.muted.loading} />
      ) : users?.length ? (
        <UserList list={lifeOf(keys.muted)} users={users} row={row} />
      ) : (
        <p>{t.muted.none}</p>
      )}
      {hasNextPage && (
        <button type="button" className="button button--quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? t.common.loading : t.common.showMore}
        </button>
      )}
    </section>
  );
}

function MutedUser({ user }: { user: User }) {
  const { dayAndTime } = useDates();
  const [busy, setBusy] = useState(false);
  async function unmute() {
    setBusy(true);
    await setMuted(user, false);
    setBusy(false);
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an item of a list in parts
    <div role="listitem" className="device">
      <UserOfRow user={user} />
      {user.mutedUntil && <small>{t.muted.until(dayAndTime(user.mutedUntil))}</small>}
      <RowButton label={t.muted.unmuteName(nameOf(user))} disabled={busy} onClick={() => void unmute()}>
        {t.muted.unmute}
      </RowButton>
    </div>
  );
}
