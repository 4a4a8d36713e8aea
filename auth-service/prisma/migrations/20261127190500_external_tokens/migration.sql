-- CreateTable
CREATE TABLE "external_session" (
    "key" TEXT NOT NULL,
    "is_named" BOOLEAN NOT NULL,
    "account_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,

    CONSTRAINT "external_session_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "token_refusal" (
    "key" TEXT NOT NULL,
    "issued_until" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "token_refusal_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "external_session_session_id_key" ON "external_session"("session_id");

-- CreateIndex
CREATE INDEX "external_session_account_id_idx" ON "external_session"("account_id");

-- CreateIndex
CREATE INDEX "token_refusal_created_at_idx" ON "token_refusal"("created_at");

-- AddForeignKey
ALTER TABLE "external_session" ADD CONSTRAINT "external_session_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "external_session" ADD CONSTRAINT "external_session_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A user of an issuer is one, whether a sign-in or a token names it.
CREATE UNIQUE INDEX "external_login_issuer_user_key" ON "external_login"("provider_user_id") WHERE "provider" IN ('oidc', 'identity');
