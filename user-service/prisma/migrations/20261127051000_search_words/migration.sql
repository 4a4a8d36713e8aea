-- Searches compare words that the application has folded, so that they do not depend on the server's locale.
ALTER TABLE "profile" ADD COLUMN     "indexed_names" TEXT;

-- CreateTable
CREATE TABLE "profile_word" (
    "user_id" UUID NOT NULL,
    "word" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "profile_word_pkey" PRIMARY KEY ("user_id","word")
);

-- CreateIndex
CREATE INDEX "profile_word_word_user_id_idx" ON "profile_word"("word", "user_id");

-- Names to be indexed: those of earlier, and those that an older instance writes beside newer ones.
CREATE INDEX "profile_to_index_idx" ON "profile"("id") WHERE "indexed_names" IS DISTINCT FROM "username" || ' ' || "full_name";
-- Searches of frequent beginnings read profiles from the newest on.
CREATE INDEX "profile_created_at_idx" ON "profile"("created_at", "id") WHERE NOT "deleted";
-- Served the search by whole names.
DROP INDEX "profile_full_name_idx";
