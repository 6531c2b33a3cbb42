CREATE TABLE "blob_leftovers" (
	"object_key" text PRIMARY KEY NOT NULL,
	"upload_id" text,
	"doomed" boolean DEFAULT false NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "blobs" ALTER COLUMN "bytes" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "blobs" ADD COLUMN "object_key" text;--> statement-breakpoint
CREATE INDEX "blobs_in_objects" ON "blobs" USING btree ("sha256") WHERE object_key is not null;--> statement-breakpoint
ALTER TABLE "blobs" ADD CONSTRAINT "blobs_placed" CHECK (("blobs"."bytes" is null) <> ("blobs"."object_key" is null));