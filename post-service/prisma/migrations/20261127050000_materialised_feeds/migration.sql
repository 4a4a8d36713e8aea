-- The tables of materialised feeds get the field's names.
ALTER TABLE "feed_reader" RENAME TO "materialised_feed";
ALTER TABLE "materialised_feed" RENAME CONSTRAINT "feed_reader_pkey" TO "materialised_feed_pkey";
ALTER INDEX "feed_reader_seen_at_idx" RENAME TO "materialised_feed_seen_at_idx";
ALTER INDEX "feed_reader_trimmed_at_idx" RENAME TO "materialised_feed_trimmed_at_idx";
ALTER TABLE "feed_source" RENAME TO "materialised_feed_author";
ALTER TABLE "materialised_feed_author" RENAME CONSTRAINT "feed_source_pkey" TO "materialised_feed_author_pkey";
ALTER INDEX "feed_source_author_id_idx" RENAME TO "materialised_feed_author_author_id_idx";

-- For older instances, which run beside newer ones while a cluster is upgraded.
CREATE VIEW "feed_reader" AS SELECT * FROM "materialised_feed";
CREATE VIEW "feed_source" AS SELECT * FROM "materialised_feed_author";
