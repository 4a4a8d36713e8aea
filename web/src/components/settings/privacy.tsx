import type { User } from "@newfeed/client";
import { answerFollowRequest, useFollowRequests } from "../../data/people.ts";
import { changePreferences, usePreferences } from "../../data/preferences.ts";
import { nameOf } from "../name.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { UserOfRow } from "./rows.tsx";
import "../user-row.css";

/** Whether the account is private, and who asks to follow it. */
export function Privacy() {
  const preferences = usePreferences();
  return (
    <section className="card settings__part" aria-labelledby="privacy">
      <h2 id="privacy">Privacy</h2>
      <label className="check">
        <input
          type="checkbox"
          disabled={!preferences}
          checked={preferences?.privateAccount ?? false}
          aria-describedby="privacy-hint"
          onChange={(event) => void changePreferences({ privateAccount: event.target.checked })}
        />
        Private account
      </label>
      <p id="privacy-hint">You approve who follows you, and only your followers see your posts. Those who follow you now stay.</p>
      {preferences?.privateAccount && <Requests />}
    </section>
  );
}

function Requests() {
  const { data: users, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useFollowRequests();
  if (error && !users) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <RowSkeletons count={1} label="Loading requests" />;
  if (!users?.length && !hasNextPage) return <p>Nobody asks to follow you.</p>;
  return (
    <>
      <ul className="devices" aria-label="Requests to follow you">
        {users?.map((user) => (
          <Request key={user.id} user={user} />
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" className="button button--quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? "Loading …" : "Show more"}
        </button>
      )}
    </>
  );
}

const Request = ({ user }: { user: User }) => (
  <li className="device">
    <UserOfRow user={user} />
    <button type="button" className="button button--small" aria-label={`Approve ${nameOf(user)}`} onClick={() => void answerFollowRequest(user, true)}>
      Approve
    </button>
    <button
      type="button"
      className="button button--quiet button--small"
      aria-label={`Refuse ${nameOf(user)}`}
      onClick={() => void answerFollowRequest(user, false)}
    >
      Refuse
    </button>
  </li>
);
