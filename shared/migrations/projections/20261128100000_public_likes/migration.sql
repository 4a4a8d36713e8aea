-- Who lets others list what they like.
ALTER TABLE projection.preferences ADD COLUMN public_likes boolean NOT NULL DEFAULT false;
