import type { Attachment } from "@newfeed/client";
import { EyeOff, FileText } from "lucide-react";
import { t, useLanguage } from "../texts/texts.ts";
import "./documents.css";

export interface DocumentsProps {
  /** All of a post. */
  media: readonly Attachment[];
  /** The reader has not asked for them yet. */
  covered: boolean;
  /** Shows them, where no picture has a button for that. */
  uncover: ((shown: boolean) => void) | undefined;
}

/** A size as people write it. */
function sizeOf(bytes: number, language: string): string {
  const [value, unit] = bytes < 1_000_000 ? [Math.max(1, Math.round(bytes / 1_000)), "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** Documents of a post, to be downloaded: nothing of them is opened here. */
export function Documents({ media, covered, uncover }: DocumentsProps) {
  const language = useLanguage();
  if (covered)
    return uncover ? (
      <button type="button" className="document document--covered" onClick={() => uncover(true)}>
        <EyeOff size={20} aria-hidden />
        <span>
          <b>{t.post.sensitive}</b> {t.common.show}
        </span>
      </button>
    ) : null;
  return (
    <>
      {media
        .filter(({ kind }) => kind === "document")
        .map(({ id, url, name, bytes, alt }) => (
          <a key={id} className="document" href={url} download={name ?? ""} rel="noopener">
            <FileText size={22} aria-hidden />
            <span>
              <b dir="auto">{name}</b>
              <span>{["PDF", bytes !== null && sizeOf(bytes, language)].filter(Boolean).join(" · ")}</span>
              {alt && <span dir="auto">{alt}</span>}
            </span>
          </a>
        ))}
    </>
  );
}
