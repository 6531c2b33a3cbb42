CREATE TABLE "owner_quotas" (
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"amount" bigint NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "owner_quotas_owner_id_name_pk" PRIMARY KEY("owner_id","name")
);
--> statement-breakpoint
ALTER TABLE "runtime_jobs" ADD COLUMN "claimed_at" bigint;--> statement-breakpoint
ALTER TABLE "owner_quotas" ADD CONSTRAINT "owner_quotas_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "runtime_jobs_queue" ON "runtime_jobs" USING btree ("owner_id","created_at","id") WHERE status in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "runtime_jobs_leased" ON "runtime_jobs" USING btree ("owner_id") WHERE status in ('queued', 'running') and lease_expires_at is not null;--> statement-breakpoint
CREATE INDEX "runtime_jobs_served" ON "runtime_jobs" USING btree ("owner_id","claimed_at");