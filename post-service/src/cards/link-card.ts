import type { LinkCard } from "@newfeed/shared/contracts/link-card.ts";

/** What is known of the page at a URL. */
export interface StoredCard {
  /** Null: it was not read yet, or there is nothing to show. */
  title: string | null;
  description: string;
  siteName: string;
  /** It was read, or last asked for, so long ago that a post which shows it asks for it again. */
  stale: boolean;
}

export const toLinkCard = (url: string | null, card: StoredCard | null): LinkCard | null =>
  url !== null && card?.title ? { url, title: card.title, description: card.description, siteName: card.siteName } : null;

/** Whether a post that is shown asks for its card. A draft does not: its links are its author's only. */
export const asksForCard = ({ status, cardUrl, card }: { status: string; cardUrl: string | null; card: StoredCard | null }): boolean =>
  status === "published" && cardUrl !== null && (card === null || card.stale);
