CREATE TABLE "workers" (
	"name" text PRIMARY KEY NOT NULL,
	"started_at" bigint NOT NULL,
	"seen_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "workers_seen" ON "workers" USING btree ("seen_at");