-- Where most streams are short, the planner takes a long one for a short one, and reads all of it for each aggregate: an index that
-- does not begin with the stream leaves no choice. (Prisma's schema language has no partial indexes.)
CREATE INDEX "stream_entry_aggregate" ON "stream_entry"("aggregate_id") WHERE "type" <> 'blank';
DROP INDEX "stream_entry_of_aggregate";
