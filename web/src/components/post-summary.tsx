import { Sparkles } from "lucide-react";
import { t } from "../texts/account.ts";
import "./post-summary.css";

export interface SummaryProps {
  summary: string;
}

/** What a program says that a long text says, as text: part of the paragraph that it stands in. */
export const PostSummary = ({ summary }: SummaryProps) => (
  <span className="post-summary">
    <span className="post-summary__label">
      <Sparkles size={15} aria-hidden />
      {t.madeByProgram.summary}
    </span>
    <span className="post-summary__text" dir="auto">
      {summary}
    </span>
  </span>
);
