import type { LinkCard as Card } from "@newfeed/client";
import { Link2 } from "lucide-react";
import { OuterLink, safeUrl } from "./rich-text.tsx";
import "./link-card.css";

export interface LinkCardProps {
  card: Card;
}

/** Of a longer host its end is shown, which says whose it is. */
const longestHost = 40;
const shortened = (host: string) => (host.length > longestHost ? `…${host.slice(-longestHost)}` : host);

/** What the page says of itself that a post links to, as text. Where it is comes first, since a page may call itself anything. */
export function LinkCard({ card: { url: address, title, description, siteName } }: LinkCardProps) {
  const url = safeUrl(address);
  if (!url) return null;
  return (
    <OuterLink url={url} className="link-card">
      <span className="link-card__site">
        <Link2 size={15} aria-hidden />
        <span>
          {shortened(url.host)}
          {siteName && (
            <>
              {" · "}
              <bdi>{siteName}</bdi>
            </>
          )}
        </span>
      </span>
      <b dir="auto">{title}</b>
      {description && (
        <span className="link-card__description" dir="auto">
          {description}
        </span>
      )}
    </OuterLink>
  );
}
