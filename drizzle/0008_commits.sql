-- Short blobs of our own (targets of links, what a folder says of its names) are kept in the row.
ALTER TABLE objects DROP CONSTRAINT objects_bytes;
--> statement-breakpoint
ALTER TABLE objects ADD CONSTRAINT objects_bytes CHECK (
  (z IS NOT NULL OR sha256 IS NOT NULL) AND (base_oid IS NULL OR z IS NOT NULL) AND (type = 'blob' OR sha256 IS NULL)
);
