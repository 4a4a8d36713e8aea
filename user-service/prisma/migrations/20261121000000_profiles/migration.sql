-- CreateTable
CREATE TABLE "profile" (
    "id" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "full_name" TEXT NOT NULL,
    "bio" TEXT NOT NULL DEFAULT '',
    "avatar_url" TEXT,
    "follower_count" INTEGER NOT NULL DEFAULT 0,
    "following_count" INTEGER NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "deleted" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "profile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "follow" (
    "id" UUID NOT NULL,
    "follower_id" UUID NOT NULL,
    "followee_id" UUID NOT NULL,
    "active" BOOLEAN NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "follow_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "block" (
    "id" UUID NOT NULL,
    "blocker_id" UUID NOT NULL,
    "blocked_id" UUID NOT NULL,
    "active" BOOLEAN NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "block_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "follow_follower_id_followee_id_key" ON "follow"("follower_id", "followee_id");

-- CreateIndex
CREATE UNIQUE INDEX "block_blocker_id_blocked_id_key" ON "block"("blocker_id", "blocked_id");

-- What Prisma's schema language cannot say. Usernames are unique in auth-service; here a deleted user's name may be
-- known a moment longer than the account lives, while somebody else takes it, so it is not unique.
CREATE INDEX "profile_username_idx" ON "profile"(lower("username") text_pattern_ops) WHERE NOT "deleted";
CREATE INDEX "profile_full_name_idx" ON "profile"(lower("full_name") text_pattern_ops) WHERE NOT "deleted";
CREATE INDEX "follow_followee_id_idx" ON "follow"("followee_id", "changed_at", "id") WHERE "active";
CREATE INDEX "follow_follower_id_idx" ON "follow"("follower_id", "changed_at", "id") WHERE "active";
CREATE INDEX "block_blocked_id_idx" ON "block"("blocked_id") WHERE "active";
