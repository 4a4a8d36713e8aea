-- CreateTable
CREATE TABLE "engine_change" (
    "post_id" UUID NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "revision" INTEGER NOT NULL,
    "document" JSONB,

    CONSTRAINT "engine_change_pkey" PRIMARY KEY ("post_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "engine_change_position_key" ON "engine_change"("position");
