import type { ModerationCase } from "@newfeed/client";
import { useState } from "react";
import { Link } from "wouter";
import { approveCase, claimCase, escalateCase, rejectCase, undoCase, useAround, useCase } from "../data/moderation.ts";
import { useMe } from "../data/session.ts";
import { t } from "../texts/account.ts";
import { RejectCase } from "./reject-case.tsx";
import { Time } from "./time.tsx";

const waiting: readonly string[] = ["open", "escalated", "appealed"];
export const isWaiting = ({ state }: ModerationCase): boolean => waiting.includes(state);

/** Where a moderator looks at what a case is about. */
const placeOf = ({ target, postId, author }: ModerationCase): string | null => {
  if (target.type === "post") return `/posts/${target.id}`;
  if (target.type === "comment" && postId) return `/posts/${postId}/comments/${target.id}`;
  return target.type === "user" && author ? `/@${author.username}` : null;
};

interface Props {
  of: ModerationCase;
  /** Among those that are decided alike. */
  chosen?: { is: boolean; set: (is: boolean) => void };
}

/** A case, with what can be done about it. */
export function CaseCard({ of, chosen }: Props) {
  const me = useMe();
  const [rejecting, setRejecting] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const name = of.author ? `@${of.author.username}` : t.moderation.unknown;
  const place = placeOf(of);
  const isMine = of.claimedBy === me?.id && of.claimedUntil !== null && Date.parse(of.claimedUntil) > Date.now();
  const facts = [
    of.reports > 0 && t.moderation.reportCount(of.reports),
    of.flags > 0 && t.moderation.flagCount(of.flags),
    of.action && t.caseActions[of.action],
    of.held && t.moderation.held,
    of.targetDeleted && t.moderation.deleted,
  ].filter(Boolean);
  return (
    <article className="card case" aria-label={t.moderation.caseOf(t.caseTargets[of.target.type], name)}>
      <header className="case__head">
        {chosen ? (
          <label className="case__choose">
            <input type="checkbox" aria-keyshortcuts="x" checked={chosen.is} onChange={({ currentTarget }) => chosen.set(currentTarget.checked)} />
            <b>{t.moderation.caseOf(t.caseTargets[of.target.type], name)}</b>
          </label>
        ) : (
          <b>{t.moderation.caseOf(t.caseTargets[of.target.type], name)}</b>
        )}
        <Time at={of.createdAt} />
      </header>
      {of.target.type === "media" ? (
        <CaseFile address={of.content} />
      ) : (
        <p className="case__content" dir="auto">
          {of.content}
        </p>
      )}
      {of.appealText && (
        <p className="case__content" dir="auto">
          <b>{t.moderation.appeal}</b> {of.appealText}
        </p>
      )}
      <p className="case__why">
        {of.reasons.map((reason) => t.reportReasons[reason]).join(" · ")}
        <br />
        {facts.join(" · ")}
      </p>
      <div className="case__acts">
        {isWaiting(of) && (
          <>
            <button type="button" className="button" aria-keyshortcuts="a" onClick={() => void approveCase(of)}>
              {t.moderation.approve}
            </button>
            <button type="button" className="button button--danger" aria-keyshortcuts="d" onClick={() => setRejecting(true)}>
              {t.moderation.reject}
            </button>
            <button type="button" className="button button--quiet" aria-keyshortcuts="c" aria-pressed={isMine} onClick={() => void claimCase(of, !isMine)}>
              {t.moderation.claim}
            </button>
            {of.state !== "escalated" && (
              <button type="button" className="button button--quiet" aria-keyshortcuts="e" onClick={() => void escalateCase(of)}>
                {t.moderation.escalate}
              </button>
            )}
          </>
        )}
        {(of.state === "approved" || of.state === "rejected") && (
          <button type="button" className="button button--quiet" aria-keyshortcuts="u" onClick={() => void undoCase(of)}>
            {t.moderation.undo}
          </button>
        )}
        {of.target.type === "media" && !of.targetDeleted && (
          <Link className="button button--quiet" href={`/moderation?picture=${of.target.id}`}>
            {t.moderation.findAgain}
          </Link>
        )}
        {place && (
          <a className="button button--quiet" data-key="Enter" href={place}>
            {t.moderation.look}
          </a>
        )}
      </div>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t.moderation.details}</summary>
        <Details of={of} isShown={isOpen} />
      </details>
      {rejecting && <RejectCase reason={of.reasons[0]} act={(rejection) => rejectCase(of, rejection)} onClose={() => setRejecting(false)} />}
    </article>
  );
}

/** The upload that a case is about: a picture, or a link to what is none. */
function CaseFile({ address }: { address: string }) {
  const [isPicture, setPicture] = useState(true);
  return (
    <a className="case__file" href={address} target="_blank" rel="noopener noreferrer">
      {isPicture ? <img src={address} alt={t.moderation.picture} onError={() => setPicture(false)} /> : t.moderation.openFile}
    </a>
  );
}

function Details({ of, isShown }: { of: ModerationCase; isShown: boolean }) {
  const { data } = useCase(of, isShown);
  const { data: around } = useAround(of, isShown);
  if (!data) return <p>{t.states.loading}</p>;
  return (
    <>
      {data.latestReports.length > 0 && (
        <ul aria-label={t.moderation.reports}>
          {data.latestReports.map(({ id, reporter, reason, note }) => (
            <li key={id} dir="auto">
              {reporter ? `@${reporter.username}` : t.moderation.unknown}: {t.reportReasons[reason]}
              {note && ` – ${note}`}
            </li>
          ))}
        </ul>
      )}
      {data.foundBy.length > 0 && (
        <ul aria-label={t.moderation.rules}>
          {data.foundBy.map(({ id, ruleName, detail }) => (
            <li key={id}>
              {ruleName}: {detail}
            </li>
          ))}
        </ul>
      )}
      <p>
        {t.moderation.otherCases(data.history.length)} · {t.moderation.actedUpon(data.history.filter(({ action }) => action !== null).length)}
      </p>
      {data.history.length > 0 && (
        <ul className="case__around" aria-label={t.moderation.history}>
          {data.history.map(({ id, target, state, content, createdAt }) => (
            <li key={id} dir="auto">
              {t.caseTargets[target.type]}, {t.auditStates[state]} <Time at={createdAt} />
              {target.type !== "media" && content && ` – ${content}`}
            </li>
          ))}
        </ul>
      )}
      {around && around.length > 0 && (
        <>
          <p>{of.target.type === "comment" ? t.moderation.aroundComment : t.moderation.aroundAuthor}</p>
          <ul className="case__around" aria-label={t.moderation.around}>
            {around.map(({ id, username, text }) => (
              <li key={id} dir="auto">
                {username ? `@${username}` : t.moderation.unknown}: {text}
              </li>
            ))}
          </ul>
        </>
      )}
      <ol aria-label={t.moderation.audit}>
        {data.audit.map(({ id, step, createdAt }) => (
          <li key={id}>
            {t.caseSteps[step]} <Time at={createdAt} />
          </li>
        ))}
      </ol>
    </>
  );
}
