-- AlterTable
ALTER TABLE "post" ADD COLUMN     "quotable" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "quoted_post_id" UUID;
