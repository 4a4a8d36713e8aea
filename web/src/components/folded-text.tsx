import { t } from "../texts/texts.ts";
import { later } from "./later.tsx";
import type { SummaryProps } from "./post-summary.tsx";
import { RichText } from "./rich-text.tsx";
import { useUnfolded } from "./unfolded.ts";

const most = { characters: 900, lines: 14 };
/** Of a text that is folded. */
const shown = { characters: 600, lines: 9 };

/** The beginning of a long text, up to the end of a word; null for one that is shown whole. */
function beginningOf(text: string): string | null {
  const lines = text.split("\n");
  if (text.length <= most.characters && lines.length <= most.lines) return null;
  const first = lines.slice(0, shown.lines).join("\n");
  if (first.length <= shown.characters) return first;
  const cut = first.slice(0, shown.characters);
  const end = cut.search(/\s\S*$/);
  return (end > shown.characters / 2 ? cut.slice(0, end) : cut).replace(/[.,;:]$/, "");
}

/** Loaded with the first one that is shown. */
const PostSummary = later<SummaryProps>(async () => (await import("./post-summary.tsx")).PostSummary, { failed: () => null });

/** A text in a list: a long one is folded, and shows its summary. */
export function FoldedText({ id, text, summary }: { id: string; text: string; summary?: string | null }) {
  const [open, unfold] = useUnfolded(id);
  const beginning = open ? null : beginningOf(text);
  if (beginning === null) return <RichText text={text} />;
  return (
    <>
      <RichText text={beginning} />…{" "}
      <button type="button" className="plain-button link" onClick={() => unfold(true)}>
        {t.common.showMore}
      </button>
      {summary && <PostSummary summary={summary} />}
    </>
  );
}
