-- The trace that an event belongs to (W3C Trace Context). Null where nothing is traced, and in rows of versions that knew of none.
ALTER TABLE newfeed.outbox ADD COLUMN traceparent text;
