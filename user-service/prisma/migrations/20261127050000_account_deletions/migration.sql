-- Accounts whose deletion is under way.
ALTER TABLE "departure" RENAME TO "account_deletion";
ALTER TABLE "account_deletion" RENAME CONSTRAINT "departure_pkey" TO "account_deletion_pkey";

-- For older instances, which run beside newer ones while a cluster is upgraded.
CREATE VIEW "departure" AS SELECT * FROM "account_deletion";
