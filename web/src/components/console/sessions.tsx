import { type FormEvent, useState } from "react";
import { endSessionsOf, useSessionsOf } from "../../data/console.ts";
import { describeProblem } from "../../data/problems.ts";
import { useMe } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { deviceOf } from "../device-name.ts";
import { PostSkeletons } from "../skeletons.tsx";
import { Empty, Failed } from "../states.tsx";
import { useDates } from "../time.tsx";
import { say } from "../toasts.tsx";

/** Where a user is signed in; administrators sign them out. */
export function ConsoleSessions() {
  const [username, setUsername] = useState("");
  function find(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = String(new FormData(event.currentTarget).get("username") ?? "");
    setUsername(asked.trim().replace(/^@/, ""));
  }
  return (
    <>
      <form className="card console__item" aria-label={t.othersSessions.find} onSubmit={find}>
        <div className="field">
          <label htmlFor="sessions-username">{t.othersSessions.username}</label>
          <input id="sessions-username" name="username" required autoComplete="off" autoCapitalize="none" dir="ltr" />
        </div>
        <button type="submit" className="button">
          {t.othersSessions.show}
        </button>
      </form>
      {username && <SessionsOf key={username} username={username} />}
    </>
  );
}

function SessionsOf({ username }: { username: string }) {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  const { dayAndTime } = useDates();
  const { data, error, refetch } = useSessionsOf(username);
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <PostSkeletons />;
  if (data.sessions.length === 0) return <Empty title={t.othersSessions.none} />;
  const end = (id?: string) => void endSessionsOf(username, id).catch((refused: unknown) => say(describeProblem(refused)));
  return (
    <div className="console__part">
      {isAdministrator && (
        <button type="button" className="button button--danger" onClick={() => end()}>
          {t.othersSessions.endAll}
        </button>
      )}
      <ol className="console__list" aria-label={t.othersSessions.list(data.username)}>
        {data.sessions.map(({ id, userAgent, address, createdAt, lastUsedAt, current }) => (
          <li key={id} className="card console__item">
            <header className="console__head">
              <b>{deviceOf(userAgent)}</b>
              <span dir="ltr">{address}</span>
            </header>
            <p className="console__line">
              {[t.othersSessions.since(dayAndTime(createdAt)), t.othersSessions.used(dayAndTime(lastUsedAt)), current && t.othersSessions.current]
                .filter(Boolean)
                .join(" · ")}
            </p>
            {isAdministrator && (
              <button type="button" className="button button--quiet button--small" onClick={() => end(id)}>
                {t.othersSessions.end}
              </button>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}
