-- Attachments name the store and path of their files, as media-service does (its migration store_names); URLs are made
-- of them when posts are read. Until now a path stood for a file that NewFeed serves, a URL for one at Cloudinary.
UPDATE "post" SET "attachments" = (
  SELECT jsonb_agg(
    (item - 'url' - 'thumbnailUrl') || jsonb_build_object(
      'store', CASE
        WHEN item->>'url' ~ '^https?://res\.cloudinary\.com/' THEN 'cloudinary:' || split_part(item->>'url', '/', 4)
        WHEN item->>'url' ~ '/(image|video)/upload/' THEN 'cloudinary:' || regexp_replace(item->>'url', '/(image|video)/upload/.*$', '')
        ELSE 'local'
      END,
      'path', substring(item->>'url' FROM '[^/]+/[^/]+$'),
      'thumbnailPath', substring(item->>'thumbnailUrl' FROM '[^/]+/[^/]+$')
    ) ORDER BY position
  )
  FROM jsonb_array_elements("attachments") WITH ORDINALITY AS listed (item, position)
)
WHERE jsonb_array_length("attachments") > 0;
