-- What Prisma's schema language cannot say: whom a user has blocked, as the list and exports read it.
CREATE INDEX "block_of_blocker" ON "block"("blocker_id", "changed_at", "id") WHERE "active";
-- Searches were in this order before they were in that of ids.
DROP INDEX "profile_created_at_idx";
