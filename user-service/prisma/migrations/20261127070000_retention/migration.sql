-- What only says that something has ended goes after some months. Prisma's schema language has no partial indexes.
CREATE INDEX "follow_ended" ON "follow"("changed_at") WHERE NOT "active";
CREATE INDEX "block_ended" ON "block"("changed_at") WHERE NOT "active";
CREATE INDEX "profile_deleted" ON "profile"("updated_at") WHERE "deleted";
