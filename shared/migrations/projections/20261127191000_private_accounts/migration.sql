-- Whose posts only their followers see.
ALTER TABLE projection.preferences ADD COLUMN private_account boolean NOT NULL DEFAULT false;
