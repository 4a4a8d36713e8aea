import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useUnfolded } from "./unfolded.ts";
import "./warned.css";
import { t } from "../texts/texts.ts";

/** What its author has put behind a warning is shown when the reader asks for it; behind another warning again. */
export function Warned({ id, warning, children }: { id: string; warning: string | null | undefined; children: ReactNode }) {
  const [open, unfold] = useUnfolded(`warned:${id}:${warning}`);
  if (!warning) return children;
  return (
    <>
      <p className="warned">
        <TriangleAlert size={18} aria-hidden />
        <span className="warned__text">
          <span className="visually-hidden">{t.post.contentWarning}: </span>
          <span dir="auto">{warning}</span>
        </span>
        <button type="button" className="button button--quiet button--small" aria-expanded={open} onClick={() => unfold(!open)}>
          {open ? t.common.hide : t.common.show}
        </button>
      </p>
      {open && children}
    </>
  );
}
