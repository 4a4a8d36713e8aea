import type { ModerationRule, RuleTrial, WriteRule } from "@newfeed/client";
import { mostBitsThatDiffer } from "@newfeed/shared/contracts/moderation.ts";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { type FormEvent, useRef, useState } from "react";
import { createRule, deleteRule, hashOfFile, switchRule, tryRule, usePictureHash, useRules } from "../data/moderation.ts";
import { describeProblem } from "../data/problems.ts";
import { useMe } from "../data/session.ts";
import { t } from "../texts/account.ts";
import { Failed } from "./states.tsx";
import { say } from "./toasts.tsx";

/** What content is checked for, how often each rule was right and, for administrators, what changes them. `picture`: an upload to make a rule for. */
export function ModerationRules({ picture }: { picture: string | null }) {
  const { data, error, refetch } = useRules();
  const hash = usePictureHash(picture);
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  if (error && !data) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <>
      <ul className="cases" aria-label={t.rules.title}>
        {(data ?? []).map((rule) => (
          <li key={rule.id} className="card case">
            <Rule rule={rule} isAdministrator={isAdministrator} />
          </li>
        ))}
      </ul>
      {hash.error && <Failed error={hash.error} retry={() => void hash.refetch()} />}
      <NewRule key={hash.data} mayAdd={isAdministrator} hash={hash.data} />
    </>
  );
}

const refused = (error: unknown) => say(describeProblem(error));

function Rule({ rule, isAdministrator }: { rule: ModerationRule; isAdministrator: boolean }) {
  return (
    <>
      <header className="case__head">
        <b dir="auto">{rule.name}</b>
        <span>{t.ruleKinds[rule.kind]}</span>
      </header>
      {rule.terms.length > 0 && (
        <p className="case__content" dir="auto">
          {rule.terms.join(", ")}
        </p>
      )}
      <p className="case__why">
        {[t.reportReasons[rule.reason], rule.hide && t.rules.hides, !rule.enabled && t.rules.off].filter(Boolean).join(" · ")}
        <br />
        {[t.rules.found(rule.flags), t.rules.upheld(rule.upheld), t.rules.overturned(rule.overturned)].join(" · ")}
      </p>
      {isAdministrator && (
        <div className="case__acts">
          <button type="button" className="button button--quiet" onClick={() => switchRule(rule).catch(refused)}>
            {rule.enabled ? t.rules.turnOff : t.rules.turnOn}
          </button>
          <button type="button" className="button button--danger" onClick={() => deleteRule(rule).catch(refused)}>
            {t.common.delete}
          </button>
        </div>
      )}
    </>
  );
}

/** What a form says of a rule. */
function ruleIn(form: FormData): WriteRule {
  const text = (name: string) => String(form.get(name) ?? "");
  return {
    name: text("name"),
    kind: text("kind") as WriteRule["kind"],
    terms: text("terms")
      .split("\n")
      .map((term) => term.trim())
      .filter(Boolean),
    threshold: Number(text("threshold")),
    hours: Number(text("hours")),
    reason: text("reason") as WriteRule["reason"],
    hide: form.get("hide") !== null,
    enabled: true,
  };
}

/** `hash`: of a picture that it is to find. */
function NewRule({ mayAdd, hash }: { mayAdd: boolean; hash: string | undefined }) {
  const [kind, setKind] = useState<WriteRule["kind"]>(hash === undefined ? "words" : "picture");
  const terms = useRef<HTMLTextAreaElement>(null);
  const ofPictures = kind === "picture";
  const [trial, setTrial] = useState<RuleTrial | null>(null);
  const [problem, setProblem] = useState("");
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const rule = ruleIn(new FormData(form));
    setProblem("");
    try {
      const isTrial = (event.nativeEvent as SubmitEvent).submitter?.getAttribute("value") === "try";
      setTrial(isTrial ? await tryRule(rule) : null);
      if (isTrial) return;
      await createRule(rule);
      form.reset();
      setKind("words");
    } catch (error) {
      setProblem(describeProblem(error));
    }
  }
  /** Adds how a picture looks to what the rule finds. */
  async function addPicture(file: File) {
    setProblem("");
    try {
      const found = await hashOfFile(file);
      if (terms.current) terms.current.value = [...terms.current.value.split("\n").filter(Boolean), found].join("\n");
    } catch (error) {
      setProblem(describeProblem(error));
    }
  }
  return (
    <form className="card case" aria-label={t.rules.add} onSubmit={(event) => void submit(event)}>
      <b>{t.rules.add}</b>
      <div className="field">
        <label htmlFor="rule-name">{t.rules.name}</label>
        <input id="rule-name" name="name" required maxLength={lengths.ruleName} autoComplete="off" />
      </div>
      <div className="field">
        <label htmlFor="rule-kind">{t.rules.kind}</label>
        <select id="rule-kind" name="kind" value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value as WriteRule["kind"])}>
          {Object.entries(t.ruleKinds).map(([kind, label]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="rule-terms">{ofPictures ? t.rules.hashes : t.rules.terms}</label>
        <textarea id="rule-terms" name="terms" rows={3} dir="auto" ref={terms} defaultValue={hash} />
      </div>
      {ofPictures && (
        <div className="field">
          <label htmlFor="rule-picture">{t.rules.picture}</label>
          <input
            id="rule-picture"
            type="file"
            accept="image/*"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              currentTarget.value = "";
              if (file) void addPicture(file);
            }}
          />
        </div>
      )}
      <div className="field">
        <label htmlFor="rule-threshold">{ofPictures ? t.rules.bits(mostBitsThatDiffer) : t.rules.threshold}</label>
        <input id="rule-threshold" name="threshold" type="number" min={2} max={ofPictures ? mostBitsThatDiffer : 100} defaultValue={5} required />
      </div>
      <div className="field">
        <label htmlFor="rule-hours">{t.rules.hours}</label>
        <input id="rule-hours" name="hours" type="number" min={1} max={48} defaultValue={24} required />
      </div>
      <div className="field">
        <label htmlFor="rule-reason">{t.rules.reason}</label>
        <select id="rule-reason" name="reason">
          {Object.entries(t.reportReasons).map(([reason, label]) => (
            <option key={reason} value={reason}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <label>
        <input type="checkbox" name="hide" /> {t.rules.hide}
      </label>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="case__acts">
        {mayAdd && (
          <button type="submit" className="button">
            {t.rules.add}
          </button>
        )}
        <button type="submit" className="button button--quiet" value="try">
          {t.rules.try}
        </button>
      </div>
      {trial && (
        <div role="status">
          <p>
            {t.rules.wouldFind(trial.found)} · {t.rules.looked(trial.looked)}
          </p>
          <ul>
            {trial.data.map(({ postId, detail, content }) => (
              <li key={postId} dir="auto">
                {content} <em>({detail})</em>
              </li>
            ))}
          </ul>
        </div>
      )}
    </form>
  );
}
