-- CreateTable
CREATE TABLE "rebuild" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "rows" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "rebuild_pkey" PRIMARY KEY ("id")
);
