import { countsOf, levels } from "@newfeed/shared/doctor/finding.ts";
import { useExamination } from "../../data/doctor.ts";
import { useMe } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { say } from "../toasts.tsx";

/** A text of the command's, in which code stands between backticks. */
const Marked = ({ text }: { text: string }) =>
  text.split("`").map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
    at % 2 === 1 ? <code key={at}>{part}</code> : part,
  );

/** Has this browser look whether all is well, and shows what it finds. Administrators see whether comments arrive, too; auditors write nothing. */
export function ConsoleDoctor() {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  const { findings, state, examine } = useExamination(isAdministrator);
  const counts = countsOf(findings);
  return (
    <>
      <div className="card console__item">
        <p className="console__line">{t.doctor.about}</p>
        {isAdministrator && <p className="console__line">{t.doctor.writes}</p>}
        <div className="console__acts">
          <button type="button" className="button" disabled={state === "running"} onClick={() => void examine().catch(() => say(t.problems.network))}>
            {t.doctor.examine}
          </button>
          <p className="console__line" role="status">
            {state === "running" && t.doctor.running}
            {state === "done" && levels.map((level) => t.doctorCounts[level](counts[level])).join(" · ")}
          </p>
        </div>
      </div>
      {findings.length > 0 && (
        <ol className="console__list console__part" aria-label={t.doctor.list}>
          {findings.map(({ name, level, what, advice }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: findings are only added, at the end
            <li key={at} className="card console__item">
              <header className="console__head">
                <b lang="en" dir="ltr">
                  {name}
                </b>
                <span className="console__level" data-level={level}>
                  {t.doctorLevels[level]}
                </span>
              </header>
              {/* As the command says it. */}
              <div lang="en" dir="ltr">
                <p className="console__line">
                  <Marked text={what} />
                </p>
                {advice && (
                  <p className="console__advice">
                    <Marked text={advice} />
                  </p>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
