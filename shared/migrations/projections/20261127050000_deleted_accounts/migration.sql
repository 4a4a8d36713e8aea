-- Deleted accounts of which more relations are left than one event handler forgets.
ALTER TABLE projection.departed RENAME TO deleted_account;

-- For older instances, which run beside newer ones while a cluster is upgraded.
CREATE VIEW projection.departed AS SELECT * FROM projection.deleted_account;
