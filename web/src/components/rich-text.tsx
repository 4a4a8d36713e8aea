import { labelOf, piecesOf } from "@newfeed/shared/contracts/rich-text.ts";
import { Fragment } from "react";
import { Link } from "wouter";
import { tagAddress } from "../data/addresses.ts";
import { useIsNobody } from "../data/mentions.ts";

/** An address that is safe to link: http(s) only. */
export function safeUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url : null;
}

/** A link to another site, without referrer or endorsement. */
export function OuterLink({ url, children, className = "link" }: { url: URL; children?: React.ReactNode; className?: string }) {
  return (
    <a className={className} dir="ltr" href={url.href} title={url.href} target="_blank" rel="noopener noreferrer nofollow ugc">
      {children ?? url.host + (url.pathname === "/" ? "" : url.pathname)}
    </a>
  );
}

/** More characters make a link unreadable. */
const longestLabel = 60;

/** An address of a length that people read: the end of its host, which says whose it is, and the beginning of the rest. */
function shortened(label: string): string {
  const [authority = ""] = label.split(/[/?#]/, 1);
  const host = authority.length > longestLabel / 2 ? `…${authority.slice(-longestLabel / 2)}` : authority;
  const rest = [...label.slice(authority.length)];
  const left = longestLabel - host.length;
  return rest.length > left ? `${host}${rest.slice(0, left).join("")}…` : host + rest.join("");
}

/** No more than two blank lines in a row. */
const withoutGaps = (text: string) => text.replace(/\n(?:[^\S\n]*\n){3,}/g, "\n\n\n");

/** A link to a user; of nobody, plain text. */
function Mention({ username, text }: { username: string; text: string }) {
  if (useIsNobody(username)) return text;
  return (
    <Link className="link" dir="ltr" href={`/@${username}`}>
      {text}
    </Link>
  );
}

/** User text, with its line breaks, links, mentions and hashtags. It is never parsed as HTML. */
export function RichText({ text }: { text: string }) {
  return piecesOf(withoutGaps(text)).map((piece, index) => {
    const key = `${index}`;
    switch (piece.kind) {
      case "mention":
        return <Mention key={key} username={piece.username} text={piece.text} />;
      case "link":
        return (
          <OuterLink key={key} url={piece.url}>
            {shortened(labelOf(piece))}
          </OuterLink>
        );
      case "mail":
        return (
          <a key={key} className="link" dir="ltr" href={`mailto:${piece.text}`}>
            {piece.text}
          </a>
        );
      case "hashtag":
        return (
          <Link key={key} className="link" dir="auto" href={tagAddress(piece.tag)}>
            {piece.text}
          </Link>
        );
      default:
        return <Fragment key={key}>{piece.text}</Fragment>;
    }
  });
}
