import type { User } from "@newfeed/client";
import { useState } from "react";
import { setBlocked, useBlocked } from "../../data/people.ts";
import { nameOf } from "../name.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { UserOfRow } from "./rows.tsx";
import "../user-row.css";
import { t } from "../../texts/account.ts";

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
        <ul className="devices">
          {users.map((user) => (
            <BlockedUser key={user.id} user={user} />
          ))}
        </ul>
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
    <li className="device">
      <UserOfRow user={user} />
      <button
        type="button"
        className="button button--quiet button--small"
        aria-label={t.blocked.unblockName(nameOf(user))}
        disabled={busy}
        onClick={() => void unblock()}
      >
        {t.blocked.unblock}
      </button>
    </li>
  );
}
