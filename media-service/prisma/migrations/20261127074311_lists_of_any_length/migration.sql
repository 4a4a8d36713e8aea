-- In one direction, so that a comparison of whole rows can use it.
DROP INDEX "media_owner_id_created_at_id_idx";
CREATE INDEX "media_owner_id_created_at_id_idx" ON "media"("owner_id", "created_at", "id");

-- What exports read.
CREATE INDEX "media_owner_id_id_idx" ON "media"("owner_id", "id");
