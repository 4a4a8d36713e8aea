-- Which store keeps an upload, as its URL has said until now. Cloudinary's own address names the cloud; any other base
-- of a URL stays one.
ALTER TABLE "media" ADD COLUMN "store" TEXT;

UPDATE "media" SET "store" = CASE
  WHEN "url" IS NULL THEN 'local'
  WHEN "url" ~ '^https?://res\.cloudinary\.com/' THEN 'cloudinary:' || split_part("url", '/', 4)
  ELSE 'cloudinary:' || regexp_replace("url", '/(image|video)/upload/.*$', '')
END;

ALTER TABLE "media" ALTER COLUMN "store" SET NOT NULL,
DROP COLUMN "thumbnail_url",
DROP COLUMN "url";
