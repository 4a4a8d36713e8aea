-- What exports read.
CREATE INDEX "notification_user_id_id_idx" ON "notification"("user_id", "id");
