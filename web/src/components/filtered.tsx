import { type ReactNode, useMemo, useState } from "react";
import { useWordFilter } from "../data/preferences.ts";
import { useMe } from "../data/session.ts";
import { Sentence } from "./name.tsx";
import "./filtered.css";
import { t } from "../texts/texts.ts";

interface Props {
  /** Whose text it is: the user's own is never hidden. */
  authorId: string | undefined;
  text: string;
  children: ReactNode;
}

/** What has a word that the user filters is shown when they ask for it. */
export function Filtered({ authorId, text, children }: Props) {
  const filter = useWordFilter();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const word = useMemo(() => filter(text), [filter, text]);
  if (word === undefined || open || authorId === me?.id) return children;
  return (
    <p className="filtered">
      <Sentence text={t.post.filtered(word)} name={word} />{" "}
      <button type="button" className="plain-button link" onClick={() => setOpen(true)}>
        {t.common.show}
      </button>
    </p>
  );
}
