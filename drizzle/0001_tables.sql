CREATE TABLE "blobs" (
	"sha256" text PRIMARY KEY NOT NULL,
	"size" bigint NOT NULL,
	"bytes" "bytea" NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "owner_blobs" (
	"owner_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"confirmed_at" bigint NOT NULL,
	CONSTRAINT "owner_blobs_owner_id_sha256_pk" PRIMARY KEY("owner_id","sha256")
);
--> statement-breakpoint
CREATE TABLE "tree_entries" (
	"tree_id" text NOT NULL,
	"path" text NOT NULL,
	"kind" text NOT NULL,
	"mode" integer NOT NULL,
	"sha256" text,
	"size" bigint DEFAULT 0 NOT NULL,
	"target" text,
	CONSTRAINT "tree_entries_tree_id_path_pk" PRIMARY KEY("tree_id","path")
);
--> statement-breakpoint
CREATE TABLE "trees" (
	"id" text PRIMARY KEY NOT NULL,
	"files" integer NOT NULL,
	"bytes" bigint NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_cursors" (
	"owner_id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "owner_events" (
	"owner_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "owner_events_owner_id_seq_pk" PRIMARY KEY("owner_id","seq")
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"template" text,
	"container_id" text NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"latest_snapshot_id" uuid,
	"active_build_id" uuid,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "projects_container_id_unique" UNIQUE("container_id")
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"parent_id" uuid,
	"tree_id" text NOT NULL,
	"revision" integer NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "artifacts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"build_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"tree_id" text NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "build_logs" (
	"build_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"stream" text NOT NULL,
	"text" text NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "build_logs_build_id_seq_pk" PRIMARY KEY("build_id","seq")
);
--> statement-breakpoint
CREATE TABLE "preview_builds" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"snapshot_revision" integer NOT NULL,
	"owner_id" uuid NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"cancel_requested_at" bigint,
	"artifact_id" uuid,
	"preview_token" text,
	"preview_url" text,
	"error_summary" text,
	"log_seq" integer DEFAULT 0 NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"started_at" bigint,
	"finished_at" bigint,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "preview_tokens" (
	"token" text PRIMARY KEY NOT NULL,
	"site_label" text NOT NULL,
	"build_id" uuid NOT NULL,
	"artifact_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"password_hash" text,
	"expires_at" bigint,
	"revoked_at" bigint,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "preview_tokens_site_label_unique" UNIQUE("site_label")
);
--> statement-breakpoint
CREATE TABLE "runtime_jobs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"project_id" uuid NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"preview_build_id" uuid,
	"status" text DEFAULT 'queued' NOT NULL,
	"error_summary" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"max_attempts" integer DEFAULT 3 NOT NULL,
	"deadline_at" bigint NOT NULL,
	"lease_worker" text,
	"lease_expires_at" bigint,
	"lease_epoch" bigint DEFAULT 0 NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"started_at" bigint,
	"finished_at" bigint,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"password_hash" text NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refresh_families" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"expires_at" bigint NOT NULL,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "refresh_tokens" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"family_id" uuid NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"rotated_at" bigint
);
--> statement-breakpoint
CREATE TABLE "server_secrets" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"local_owner" boolean DEFAULT false NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
ALTER TABLE "owner_blobs" ADD CONSTRAINT "owner_blobs_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "owner_blobs" ADD CONSTRAINT "owner_blobs_sha256_blobs_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."blobs"("sha256") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tree_entries" ADD CONSTRAINT "tree_entries_tree_id_trees_id_fk" FOREIGN KEY ("tree_id") REFERENCES "public"."trees"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tree_entries" ADD CONSTRAINT "tree_entries_sha256_blobs_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."blobs"("sha256") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_cursors" ADD CONSTRAINT "event_cursors_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "owner_events" ADD CONSTRAINT "owner_events_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_parent_id_snapshots_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."snapshots"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_tree_id_trees_id_fk" FOREIGN KEY ("tree_id") REFERENCES "public"."trees"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_build_id_preview_builds_id_fk" FOREIGN KEY ("build_id") REFERENCES "public"."preview_builds"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_tree_id_trees_id_fk" FOREIGN KEY ("tree_id") REFERENCES "public"."trees"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "build_logs" ADD CONSTRAINT "build_logs_build_id_preview_builds_id_fk" FOREIGN KEY ("build_id") REFERENCES "public"."preview_builds"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preview_builds" ADD CONSTRAINT "preview_builds_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preview_builds" ADD CONSTRAINT "preview_builds_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preview_tokens" ADD CONSTRAINT "preview_tokens_build_id_preview_builds_id_fk" FOREIGN KEY ("build_id") REFERENCES "public"."preview_builds"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preview_tokens" ADD CONSTRAINT "preview_tokens_artifact_id_artifacts_id_fk" FOREIGN KEY ("artifact_id") REFERENCES "public"."artifacts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preview_tokens" ADD CONSTRAINT "preview_tokens_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preview_tokens" ADD CONSTRAINT "preview_tokens_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runtime_jobs" ADD CONSTRAINT "runtime_jobs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runtime_jobs" ADD CONSTRAINT "runtime_jobs_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_families" ADD CONSTRAINT "refresh_families_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_family_id_refresh_families_id_fk" FOREIGN KEY ("family_id") REFERENCES "public"."refresh_families"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "owner_blobs_sha256" ON "owner_blobs" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "tree_entries_sha256" ON "tree_entries" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "owner_events_age" ON "owner_events" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "projects_owner" ON "projects" USING btree ("owner_id");--> statement-breakpoint
CREATE UNIQUE INDEX "snapshots_project_revision" ON "snapshots" USING btree ("project_id","revision");--> statement-breakpoint
CREATE INDEX "snapshots_tree" ON "snapshots" USING btree ("tree_id");--> statement-breakpoint
CREATE UNIQUE INDEX "artifacts_build" ON "artifacts" USING btree ("build_id");--> statement-breakpoint
CREATE INDEX "artifacts_tree" ON "artifacts" USING btree ("tree_id");--> statement-breakpoint
CREATE INDEX "preview_builds_project" ON "preview_builds" USING btree ("project_id","snapshot_revision");--> statement-breakpoint
CREATE INDEX "preview_tokens_build" ON "preview_tokens" USING btree ("build_id");--> statement-breakpoint
CREATE INDEX "runtime_jobs_claim" ON "runtime_jobs" USING btree ("status","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "runtime_jobs_build" ON "runtime_jobs" USING btree ("preview_build_id");--> statement-breakpoint
CREATE INDEX "refresh_families_user" ON "refresh_families" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_family" ON "refresh_tokens" USING btree ("family_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_one_local_owner" ON "users" USING btree ("local_owner") WHERE "users"."local_owner";