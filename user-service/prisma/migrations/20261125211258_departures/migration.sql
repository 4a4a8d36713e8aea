-- CreateTable
CREATE TABLE "departure" (
    "user_id" UUID NOT NULL,

    CONSTRAINT "departure_pkey" PRIMARY KEY ("user_id")
);
