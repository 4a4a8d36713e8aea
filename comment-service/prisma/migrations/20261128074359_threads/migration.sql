-- Expand: instances of the earlier version go on beside this one.
ALTER TABLE "comment" ADD COLUMN     "depth" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "root_comment_id" UUID;

-- They write neither column. Rows that have them are not looked at.
CREATE FUNCTION "comment_place"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT coalesce(p.root_comment_id, p.id), p.depth + 1 INTO NEW.root_comment_id, NEW.depth FROM comment p WHERE p.id = NEW.parent_comment_id;
  NEW.depth := coalesce(NEW.depth, 1);
  RETURN NEW;
END $$;
CREATE TRIGGER "comment_place" BEFORE INSERT ON "comment"
FOR EACH ROW WHEN (NEW.parent_comment_id IS NOT NULL AND NEW.root_comment_id IS NULL) EXECUTE FUNCTION "comment_place"();

-- There were two levels.
UPDATE "comment" SET "root_comment_id" = "parent_comment_id", "depth" = 1 WHERE "parent_comment_id" IS NOT NULL AND "root_comment_id" IS NULL;

-- CreateIndex
CREATE INDEX "comment_post_id_depth_id_idx" ON "comment"("post_id", "depth", "id");

-- No cascade: what others wrote below a reply does not go with it. Where an instance of the earlier version would do that, it is
-- refused, and its job is tried again, by one of this version in the end.
ALTER TABLE "comment" DROP CONSTRAINT "comment_parent_comment_id_fkey";
ALTER TABLE "comment" ADD CONSTRAINT "comment_parent_comment_id_fkey" FOREIGN KEY ("parent_comment_id") REFERENCES "comment"("id") ON DELETE NO ACTION ON UPDATE CASCADE;
