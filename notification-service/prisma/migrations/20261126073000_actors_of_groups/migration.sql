-- A notification that is not a group has one actor, who stands in its own row.
DELETE FROM "notification_actor" a USING "notification" n WHERE n."id" = a."notification_id" AND n."group_key" IS NULL;

-- What Prisma's schema language cannot say: those are found by their actor here, groups by notification_actor.
CREATE INDEX "notification_actor_of_one" ON "notification"("actor_id") WHERE "group_key" IS NULL;
