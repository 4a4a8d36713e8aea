-- What orders an event: events of one key keep their order on a partitioned bus. Null in rows of versions that knew of none.
ALTER TABLE newfeed.outbox ADD COLUMN key text;
