CREATE TABLE "project_commands" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"holder_id" uuid NOT NULL,
	"epoch" bigint NOT NULL,
	"verb" text NOT NULL,
	"body" text NOT NULL,
	"deadline_at" bigint NOT NULL,
	"state" text DEFAULT 'sent' NOT NULL,
	"answer" text,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "project_holders" (
	"project_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"holder_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"epoch" bigint NOT NULL,
	"lapses_at" bigint NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "project_runs" (
	"project_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"type" text NOT NULL,
	"pid" integer,
	"started_at" bigint NOT NULL,
	"finished_at" bigint,
	"exit_code" integer,
	"log_path" text NOT NULL,
	"container" uuid NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_leases" (
	"owner_id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"holder_id" uuid NOT NULL,
	"holder_epoch" bigint NOT NULL,
	"epoch" bigint NOT NULL,
	"lapses_at" bigint NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "project_commands" ADD CONSTRAINT "project_commands_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_commands" ADD CONSTRAINT "project_commands_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_holders" ADD CONSTRAINT "project_holders_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_holders" ADD CONSTRAINT "project_holders_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_runs" ADD CONSTRAINT "project_runs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_runs" ADD CONSTRAINT "project_runs_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_leases" ADD CONSTRAINT "run_leases_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_leases" ADD CONSTRAINT "run_leases_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "project_commands_project" ON "project_commands" USING btree ("project_id","state");--> statement-breakpoint
CREATE INDEX "project_commands_age" ON "project_commands" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "project_runs_owner" ON "project_runs" USING btree ("owner_id","updated_at");--> statement-breakpoint
CREATE INDEX "run_leases_project" ON "run_leases" USING btree ("project_id");