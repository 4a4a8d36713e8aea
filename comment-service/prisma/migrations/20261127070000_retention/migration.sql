-- AlterTable
ALTER TABLE "comment_like" ADD COLUMN     "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "commented_post" ADD COLUMN     "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- What only says that something has ended goes after some months. Prisma's schema language has no partial indexes.
CREATE INDEX "comment_like_ended" ON "comment_like"("changed_at") WHERE NOT "active";
CREATE INDEX "commented_post_deleted" ON "commented_post"("changed_at") WHERE "deleted";
