/** SQL: a card `c` is read again a day later, if a post asks for it, and after an hour if there was none. */
export const isOld = `(c.due_at IS NULL AND c.read_at < now() - CASE WHEN c.title IS NULL THEN interval '1 hour' ELSE interval '1 day' END)`;

/** SQL: the card of a URL, as a `StoredCard`; null where nobody has asked for it. */
export const storedCard = (url: string): string =>
  `(SELECT json_build_object('title', c.title, 'description', c.description, 'siteName', c.site_name, 'stale', ${isOld} OR c.used_at < now() - interval '1 day')
    FROM link_card c WHERE c.url = ${url})`;
