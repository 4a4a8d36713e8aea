-- CreateTable
CREATE TABLE "indexed_post" (
    "id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "vector" tsvector,
    "deleted" BOOLEAN NOT NULL DEFAULT false,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "indexed_post_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "spelling" (
    "word" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "spelling_pkey" PRIMARY KEY ("word")
);

-- CreateTable
CREATE TABLE "indexing_position" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "after" UUID,
    "done" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "indexing_position_pkey" PRIMARY KEY ("id")
);

-- A trusted extension: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A list of what is not in the index yet would be read by every search.
CREATE INDEX indexed_post_vector ON indexed_post USING gin (vector) WITH (fastupdate = off);
CREATE INDEX indexed_post_published ON indexed_post (published_at);
-- How common a word is decides between the two.
ALTER TABLE indexed_post ALTER COLUMN vector SET STATISTICS 1000;
CREATE INDEX indexed_post_deleted ON indexed_post (changed_at) WHERE deleted;

CREATE INDEX spelling_similar ON spelling USING gist (word gist_trgm_ops(siglen = 64));
CREATE INDEX spelling_seen ON spelling (seen_at);
