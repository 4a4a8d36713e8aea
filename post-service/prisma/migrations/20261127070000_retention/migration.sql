-- AlterTable
ALTER TABLE "post_like" ADD COLUMN     "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "counted_comment" ADD COLUMN     "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- What only says that something has ended goes after some months. Prisma's schema language has no partial indexes.
CREATE INDEX "post_like_ended" ON "post_like"("changed_at") WHERE NOT "active";
CREATE INDEX "counted_comment_deleted" ON "counted_comment"("changed_at") WHERE "deleted";
