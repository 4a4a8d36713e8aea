import type { User } from "@newfeed/client";
import { useState } from "react";
import { keys } from "../../data/keys.ts";
import { lifeOf } from "../../data/lists.ts";
import { setBlocked, useBlocked } from "../../data/people.ts";
import { t } from "../../texts/account.ts";
import { nameOf } from "../name.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { UserList } from "../user-list.tsx";
import { RowButton, UserOfRow } from "./rows.tsx";

const row = (user: User) => <BlockedUser key={user.id} user={user} />;

/** Whom the user has blocked; here a block is lifted. */
export function Blocked() {
  const { data: users, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useBlocked();
  return (
    <section className="card settings__part" aria-labelledby="blocked">
      <h2 id="blocked">{t.blocked.title}</h2>
      {error && !users ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={1} label={t.blocked.loading} />
      ) : users?.length ? (
        <UserList list={lifeOf(keys.blocked)} users={users} row={row} />
      ) : (
        <p>{t.blocked.none}</p>
      )}
      {hasNextPage && (
        <button type="button" className="button button--quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? t.common.loading : t.common.showMore}
        </button>
      )}
    </section>
  );
}

function BlockedUser({ user }: { user: User }) {
  const [busy, setBusy] = useState(false);
  async function unblock() {
    setBusy(true);
    await setBlocked(user, false);
    setBusy(false);
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an item of a list in parts
    <div role="listitem" className="device">
      <UserOfRow user={user} />
      <RowButton label={t.blocked.unblockName(nameOf(user))} disabled={busy} onClick={() => void unblock()}>
        {t.blocked.unblock}
      </RowButton>
    </div>
  );
}
