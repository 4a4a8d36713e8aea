import { foldText, isBlank, lengths } from "@newfeed/shared/contracts/text.ts";
import { Heading, Sparkles, Undo2, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { client } from "../data/client.ts";
import { describeProblem } from "../data/problems.ts";
import { t } from "../texts/account.ts";

interface Props {
  text: string;
  title: string;
  /** Null takes the field away. */
  keep: (title: string | null) => void;
}

/** The title of a post. A program suggests one, which takes the place of typed words only where the user says so. */
export function TitleField({ text, title, keep }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState("");
  /** What waits for the user's word. */
  const [suggested, setSuggested] = useState<string | null>(null);
  /** What stood there before a suggestion took its place. */
  const [before, setBefore] = useState<string | null>(null);
  const isNew = title === "";
  useEffect(() => {
    // The field that the menu has opened; the menu gives the focus back before.
    const frame = isNew ? requestAnimationFrame(() => field.current?.focus()) : 0;
    return () => cancelAnimationFrame(frame);
  }, [isNew]);

  function use(suggestion: string) {
    setBefore(field.current?.value ?? "");
    setSuggested(null);
    keep(suggestion);
  }
  async function suggest() {
    setAsking(true);
    setProblem("");
    try {
      const { title: suggestion } = await client.ai.suggestTitle(foldText(text));
      // Also what was typed while it was waited for.
      const typed = field.current?.value ?? "";
      if (isBlank(typed)) use(suggestion);
      else if (typed !== suggestion) setSuggested(suggestion);
    } catch (error) {
      setProblem(describeProblem(error));
    } finally {
      setAsking(false);
    }
  }

  return (
    <div className="title-field">
      <div className="composer-more">
        <Heading size={18} aria-hidden />
        <input
          ref={field}
          aria-label={t.madeByProgram.title}
          placeholder={t.madeByProgram.title}
          maxLength={lengths.postTitle}
          dir="auto"
          value={title}
          onChange={(event) => {
            setBefore(null);
            keep(event.target.value);
          }}
        />
        {before !== null && (
          <IconButton
            label={t.madeByProgram.undo}
            onClick={() => {
              keep(before);
              setBefore(null);
            }}
          >
            <Undo2 size={18} aria-hidden />
          </IconButton>
        )}
        <IconButton label={t.madeByProgram.suggestTitle} disabled={asking || isBlank(text)} onClick={() => void suggest()}>
          <Sparkles size={18} aria-hidden />
        </IconButton>
        <IconButton label={t.madeByProgram.removeTitle} onClick={() => keep(null)}>
          <X size={18} aria-hidden />
        </IconButton>
      </div>
      <p className="title-field__note" role="status">
        {asking && t.madeByProgram.asking}
        {suggested !== null && (
          <>
            <span>
              {t.madeByProgram.suggestion} <b dir="auto">{suggested}</b>
            </span>
            <button type="button" className="plain-button link" onClick={() => use(suggested)}>
              {t.madeByProgram.use}
            </button>
            <button type="button" className="plain-button link" onClick={() => setSuggested(null)}>
              {t.madeByProgram.keepMine}
            </button>
          </>
        )}
      </p>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

const IconButton = ({ label, disabled, onClick, children }: { label: string; disabled?: boolean; onClick: () => void; children: ReactNode }) => (
  <button type="button" className="icon-button" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
    {children}
  </button>
);
