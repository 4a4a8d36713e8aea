-- CreateTable
CREATE TABLE "farewell" (
    "account_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "farewell_pkey" PRIMARY KEY ("account_id")
);

-- CreateIndex
CREATE INDEX "farewell_created_at_idx" ON "farewell"("created_at");
