import { labelOf, piecesOf } from "@newfeed/shared/contracts/rich-text.ts";
import { Fragment } from "react";
import { Link } from "wouter";

/** An address that is safe to link: http(s) only. */
export function safeUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url : null;
}

/** A link to another site, without referrer or endorsement. */
export function OuterLink({ url, children, className = "link" }: { url: URL; children?: React.ReactNode; className?: string }) {
  return (
    <a className={className} dir="ltr" href={url.href} target="_blank" rel="noopener noreferrer nofollow ugc">
      {children ?? url.host + (url.pathname === "/" ? "" : url.pathname)}
    </a>
  );
}

/** User text, with its line breaks, links, mentions and hashtags. It is never parsed as HTML. */
export function RichText({ text }: { text: string }) {
  return piecesOf(text).map((piece, index) => {
    const key = `${index}`;
    switch (piece.kind) {
      case "mention":
        return (
          <Link key={key} className="link" dir="ltr" href={`/@${piece.username}`}>
            {piece.text}
          </Link>
        );
      case "link":
        return (
          <OuterLink key={key} url={piece.url}>
            {labelOf(piece)}
          </OuterLink>
        );
      case "hashtag":
        return (
          <Link key={key} className="link" dir="auto" href={`/search?type=posts&q=${encodeURIComponent(`#${piece.tag}`)}`}>
            {piece.text}
          </Link>
        );
      default:
        return <Fragment key={key}>{piece.text}</Fragment>;
    }
  });
}
